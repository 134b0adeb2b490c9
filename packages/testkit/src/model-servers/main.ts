import { parseArgs } from 'node:util';
import { startAnthropicServer } from './anthropic-server.ts';
import { startChatCompletionsServer } from './chat-completions-server.ts';
import { callTool, type Script, type ScriptedAnswer, say } from './script.ts';

const HELP = `A scripted model server on loopback.

  node packages/testkit/src/model-servers/main.ts [options]

  --format chat|anthropic   wire format (chat)
  --port <n>                0 takes a free one (0)
  --reply <text>            the constant answer ("Hello there.")
  --tool <name>             first call this tool, then answer with --reply once its result is back
  --arguments <json>        arguments of that call ({})
  --start-delay <ms>        before the first byte
  --gap <ms>                between any two events
  --help

Prints one JSON line {"origin": "http://127.0.0.1:<port>", "format": "..."} when it listens; ends on SIGTERM.
A constant answer is sent from prepared bytes, without looking at the request; with --tool every request is checked.
`;

const { values } = parseArgs({
  options: {
    format: { type: 'string', default: 'chat' },
    port: { type: 'string', default: '0' },
    reply: { type: 'string', default: 'Hello there.' },
    tool: { type: 'string' },
    arguments: { type: 'string', default: '{}' },
    'start-delay': { type: 'string' },
    gap: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(HELP);
} else if (values.format !== 'chat' && values.format !== 'anthropic') {
  process.stderr.write(`--format is chat or anthropic, not ${values.format}.\n`);
  process.exitCode = 2;
} else {
  const start = values.format === 'chat' ? startChatCompletionsServer : startAnthropicServer;
  const server = await start(scriptOf(), { port: Number(values.port) });
  process.stdout.write(`${JSON.stringify({ origin: server.origin, format: values.format })}\n`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void server.close());
}

function scriptOf(): Script {
  const timing: Partial<ScriptedAnswer> = {
    ...(values['start-delay'] === undefined ? {} : { startDelayMs: Number(values['start-delay']) }),
    ...(values.gap === undefined ? {} : { gapMs: Number(values.gap) }),
  };
  const reply = say(values.reply, timing);
  const { tool } = values;
  if (tool === undefined) return { constant: reply };
  return (request) => (request.answersTools ? reply : callTool(tool, values.arguments, timing));
}
