import { pathToFileURL } from 'node:url';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface Answer {
  /** Tokens at the start of the prompt that the former prompt had too. */
  readonly cachedTokens: number;
  readonly completionTokens: number;
  readonly finishReason: 'stop' | 'length';
}

export interface AnswerOptions {
  /** From `LanguageModel.read`, shorter than the context. */
  readonly prompt: readonly number[];
  readonly maxTokens: number;
  /** 0 always takes the likeliest token: the same prompt gets the same answer. */
  readonly temperature: number;
  readonly onText: (text: string) => void;
  /** Stops between two tokens, and within a long prompt; the call then rejects with its reason. */
  readonly signal: AbortSignal;
}

/** A model in this process. It answers one prompt after another. */
export interface LanguageModel {
  readonly contextTokens: number;
  /** The tokens of a conversation as the model's own chat template writes it, up to where its answer begins. */
  read(messages: readonly ChatMessage[]): readonly number[];
  answer(options: AnswerOptions): Promise<Answer>;
}

/** Tokens between two looks at the abort signal. */
const PIECE_TOKENS = 128;
/** A character takes at most this many tokens. */
const MOST_TOKENS_OF_A_CHARACTER = 8;

export async function loadLanguageModel(options: {
  readonly runtime: string;
  readonly weights: string;
  readonly contextTokens: number;
}): Promise<LanguageModel> {
  const library = await importLibrary(options.runtime);
  const llama = await openLlama(library);
  const model = await llama.loadModel({ modelPath: options.weights });
  const template = library.resolveChatWrapper(model, { type: 'jinjaTemplate' });
  if (template === null) throw new Error(`${options.weights} has no chat template that can be read.`);
  // Two threads wait for each other in a loop: where other tests take a core, one is several times faster.
  const context = await model.createContext({
    contextSize: options.contextTokens,
    batchSize: PIECE_TOKENS,
    threads: 1,
    flashAttention: true,
  });
  const sequence = context.getSequence();
  let former: Promise<unknown> = Promise.resolve();
  return {
    contextTokens: options.contextTokens,
    read(messages) {
      const chatHistory = [...messages.map(historyItem), { type: 'model', response: [] } as const];
      return template.generateContextState({ chatHistory }).contextText.tokenize(model.tokenizer);
    },
    answer(request) {
      const answered = former.then(() => generate({ model, sequence }, request));
      former = answered.catch(() => undefined);
      return answered;
    },
  };
}

async function generate(
  { model, sequence }: { readonly model: Model; readonly sequence: Sequence },
  { prompt, maxTokens, temperature, onText, signal }: AnswerOptions,
): Promise<Answer> {
  signal.throwIfAborted();
  const last = prompt.slice(-1);
  // What the former prompt had in common needs not be read again.
  await sequence.adaptStateToTokens(prompt.slice(0, -1), false);
  const cachedTokens = sequence.nextTokenIndex;
  for (let at = cachedTokens; at < prompt.length - 1; at += PIECE_TOKENS) {
    const end = Math.min(at + PIECE_TOKENS, prompt.length - 1);
    await sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(at, end));
    signal.throwIfAborted();
  }
  const written: number[] = [];
  let unsaid: number[] = [];
  let finishReason: Answer['finishReason'] = 'stop';
  for await (const token of sequence.evaluate(last, { temperature })) {
    signal.throwIfAborted();
    written.push(token);
    unsaid.push(token);
    const text = model.detokenize(unsaid, false, written.slice(0, -unsaid.length));
    // The replacement character: the rest of a character is in the next token.
    if (!text.endsWith('\ufffd') || unsaid.length > MOST_TOKENS_OF_A_CHARACTER) {
      onText(text);
      unsaid = [];
    }
    if (written.length >= maxTokens) {
      finishReason = 'length';
      break;
    }
  }
  if (unsaid.length > 0) onText(model.detokenize(unsaid, false, written.slice(0, -unsaid.length)));
  return { cachedTokens, completionTokens: written.length, finishReason };
}

function historyItem({ role, content }: ChatMessage): HistoryItem {
  return role === 'assistant' ? { type: 'model', response: [content] } : { type: role, text: content };
}

/** The part of node-llama-cpp that is used. It lies in the test cache, where the type checker does not look. */
interface Library {
  getLlama(options: Readonly<Record<string, unknown>>): Promise<Llama>;
  resolveChatWrapper(model: Model, options: { readonly type: string }): Template | null;
}
interface Llama {
  dispose(): Promise<void>;
  loadModel(options: { readonly modelPath: string }): Promise<Model>;
}
interface Model {
  readonly tokenizer: unknown;
  createContext(options: Readonly<Record<string, unknown>>): Promise<{ getSequence(): Sequence }>;
  detokenize(tokens: readonly number[], special: boolean, before: readonly number[]): string;
}
interface Sequence {
  readonly nextTokenIndex: number;
  adaptStateToTokens(tokens: readonly number[], allowShift: boolean): Promise<void>;
  evaluateWithoutGeneratingNewTokens(tokens: readonly number[]): Promise<void>;
  /** Ends by itself where the model ends its answer. */
  evaluate(tokens: readonly number[], options: { readonly temperature: number }): AsyncIterable<number>;
}
interface Template {
  generateContextState(options: { readonly chatHistory: readonly HistoryItem[] }): {
    readonly contextText: { tokenize(tokenizer: unknown): readonly number[] };
  };
}
type HistoryItem =
  | { readonly type: 'system' | 'user'; readonly text: string }
  | { readonly type: 'model'; readonly response: readonly string[] };

export async function importLibrary(runtime: string): Promise<Library> {
  const library: unknown = await import(pathToFileURL(runtime).href);
  if (!isLibrary(library)) throw new Error(`${runtime} is not node-llama-cpp as it is pinned.`);
  return library;
}

/** The prebuilt binary, never a compiled one, on the processor alone. */
export function openLlama(library: Library): Promise<Llama> {
  return library.getLlama({ build: 'never', gpu: false, logLevel: 'error' });
}

function isLibrary(value: unknown): value is Library {
  return typeof value === 'object' && value !== null && 'getLlama' in value && 'resolveChatWrapper' in value;
}
