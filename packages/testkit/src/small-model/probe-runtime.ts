import { importLibrary, openLlama } from './language-model.ts';

/** Loads node-llama-cpp and its binary from the path given and ends: whether this machine can run it. */
const llama = await openLlama(await importLibrary(process.argv[2] ?? ''));
await llama.dispose();
