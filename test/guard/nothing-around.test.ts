import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { callTool, say } from '@bakerst/testkit/model-servers/script';
import { ROOT, temporaryFolder } from '../running/brain-process.ts';
import { everythingOverHttp } from '../running/mcp-servers.ts';
import { until } from '../running/talk.ts';
import { importsOf, type SourceFile, sourceFiles } from '../source-files.ts';
import { told } from './attack-rig/expectations.ts';
import { type House, type Outcome, openHouse } from './attack-rig/house.ts';
import { ANN, mailTo, OFFICE, OFFICE_ACCEPTED } from './attack-rig/office.ts';
import { callWith } from './attack-rig/person.ts';
import { recordingProxy } from './attack-rig/recording-proxy.ts';

const production = sourceFiles().filter(
  ({ path, isTest }) =>
    !isTest &&
    /^(packages|services|scripts)\//.test(path) &&
    !path.includes('/testing/') &&
    !path.includes('/rig/'),
);
const where = (isOne: (file: SourceFile) => boolean) =>
  production
    .filter(isOne)
    .map((file) => file.path)
    .sort();
const imports = (file: SourceFile, end: RegExp) =>
  importsOf(file.text).filter(({ specifier }) => end.test(specifier));
const codeOf = ({ text }: SourceFile) =>
  text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');

describe('in the sources, a handler', () => {
  test('is called in two places', () => {
    const calls = /\.\s*call\s*(?:\?\.)?\s*\(|\[\s*['"`]call['"`]\s*\]\s*(?:\?\.)?\(/;
    assert.deepEqual(
      where((file) => calls.test(codeOf(file))),
      ['packages/agent/src/look-up.ts', 'packages/agent/src/run-bounded.ts'],
    );
  });

  test('is not taken out of its source to be called under another name', () => {
    const taken =
      /source\w*\.call\b(?!\()|\{[^{}]*\bcall\b[^{}]*\}\s*=\s*[\w.#]*source|\.call\.(?:bind|apply|call)\b/i;
    assert.deepEqual(
      where((file) => taken.test(codeOf(file))),
      [],
    );
  });

  test('is reached from the registry alone: nobody else imports what calls it', () => {
    const importers = where((file) =>
      imports(file, /(?:^|\/)(?:run-bounded|look-up)(?:\.ts)?$/).some(({ typeOnly }) => !typeOnly),
    );
    assert.deepEqual(importers, ['packages/agent/src/unified-tool-registry.ts']);
  });

  test('is run with a permit: one file of the brain asks for permits, and one builds the registry', () => {
    assert.deepEqual(
      where((file) => /registry\.(?:permit|run)\(/.test(codeOf(file))),
      ['services/brain/src/turn/tool-actions.ts'],
    );
    assert.deepEqual(
      where((file) => /new UnifiedToolRegistry\(/.test(codeOf(file))),
      ['services/brain/src/build-agent.ts'],
    );
  });

  test('of a server has one more door: the protocol’s own call stands in its tool source', () => {
    assert.deepEqual(
      where((file) => /['"`]tools\/call['"`]|\.callTool\(/.test(codeOf(file))),
      ['packages/mcp/src/call-tool.ts'],
    );
    const importers = where((file) =>
      imports(file, /(?:^|\/)call-tool(?:\.ts)?$/).some(({ typeOnly }) => !typeOnly),
    );
    assert.deepEqual(importers, ['packages/mcp/src/mcp-tool-source.ts']);
  });
});

describe('in the sources, a model', () => {
  test('is asked in one place, with what a labelled context has made', () => {
    assert.deepEqual(
      where((file) => /\.toRequest\(/.test(codeOf(file))),
      ['services/brain/src/turn/model-attempt.ts'],
    );
    const asks = where((file) => /\.stream\(/.test(codeOf(file)));
    assert.deepEqual(
      asks.filter((path) => path !== 'packages/providers/src/collect-answer.ts'),
      ['packages/models/src/create-model-router.ts', 'services/brain/src/turn/model-attempt.ts'],
    );
    const attempt = readFileSync(join(ROOT, 'services/brain/src/turn/model-attempt.ts'), 'utf8');
    assert.match(attempt, /const request = context\.toRequest\(/);
    assert.match(attempt, /router\.stream\(model, request,/);
  });

  test('is sent a request that nobody else makes: what tests collect answers with is imported by tests alone', () => {
    assert.deepEqual(
      where((file) => imports(file, /collect-answer/).length > 0),
      [],
    );
    const makers = production.filter((file) =>
      /\)\s*:\s*(?:Promise<)?ModelRequest\b|:\s*ModelRequest\s*=|satisfies ModelRequest|as ModelRequest/.test(
        codeOf(file),
      ),
    );
    assert.deepEqual(makers.map((file) => file.path).sort(), [
      'packages/agent/src/labelled-context.ts',
      'packages/providers/src/collect-answer.ts',
    ]);
  });
});

/** Errors of a snippet, as the project's own compiler finds them. */
async function typeErrors(t: TestContext, snippet: string): Promise<string> {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'snippet.ts'), snippet);
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: { typeRoots: [join(ROOT, 'node_modules/@types')] },
    include: [],
    files: [join(folder, 'snippet.ts')],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  return promisify(execFile)(tsc, ['-p', folder, '--noEmit', '--pretty', 'false']).then(
    () => '',
    (error: { readonly stdout?: string }) => error.stdout ?? String(error),
  );
}

/** Written so that nobody takes a snippet's import for one of this file. */
const imported = (names: string, from: string) => `import ${names} from '${from}';`;

describe('for the compiler', () => {
  const context = join(ROOT, 'packages/agent/src/labelled-context.ts');
  const permits = join(ROOT, 'packages/agent/src/run-permits.ts');
  const registry = join(ROOT, 'packages/agent/src/unified-tool-registry.ts');
  const part = (label: string) => `
${imported('{ LabelledContext }', context)}
export const made = new LabelledContext([
  { kind: 'system', text: 'Obey.', origin: { kind: 'operator_prompt', ref: '' }, tokens: 1, ${label} },
]);
`;

  test('a part of a prompt without a label is an error, and with one is none', async (t) => {
    assert.equal(await typeErrors(t, part("label: { integrity: 'trusted', confidentiality: 'public' }")), '');
    assert.match(await typeErrors(t, part('')), /snippet\.ts.*error TS\d+:[\s\S]*label/);
    assert.match(await typeErrors(t, part("label: { integrity: 'trusted' }")), /confidentiality/);
  });

  test('a prompt of plain text is an error, and so is a verdict of one’s own in place of the registry’s', async (t) => {
    const plain = `${imported('{ LabelledContext }', context)}\nexport const made = new LabelledContext(['Obey.']);\n`;
    assert.match(await typeErrors(t, plain), /error TS2322/);
    const around = `
${imported('type { RunPermit }', permits)}
${imported('type { UnifiedToolRegistry }', registry)}
export function run(registry: UnifiedToolRegistry, signal: AbortSignal) {
  return registry.run({ decision: 'allow' } as const, { principal: '', conversation: '', turn: '', signal });
}
export type Known = RunPermit;
`;
    assert.match(await typeErrors(t, around), /error TS2345|error TS2353/);
  });
});

interface AuditLine {
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Everything the audit log has about a call, in order. */
function auditOf(house: House, call: string): readonly AuditLine[] {
  const text = readFileSync(join(house.brain.home, 'audit.jsonl'), 'utf8');
  const lines = text.split('\n').filter((line) => line !== '');
  return lines
    .map((line) => (JSON.parse(line) as { event: AuditLine }).event)
    .filter(({ body }) => body.call === call);
}

/** Denies what is called `deny` in one of these arguments. */
const RULES = [
  ['office__send_mail', 'subject'],
  ['web__echo', 'message'],
  ['write_note', 'title'],
].map(([tool, argument]) => ({
  name: `denied-${argument}`,
  when: `tool == "${tool}" && args.${argument} == "deny"`,
  verdict: 'deny',
  message: 'Nothing of the kind.',
}));

/** Every way by which a call can reach a handler today: how it is asked for, and who would have to hear of it. */
interface Path {
  readonly tool: string;
  readonly args: (what: string) => object;
  readonly reached: () => Promise<number>;
}

test('a denied call reaches no handler by any path, and its verdict is on record before all else', async (t) => {
  let whenReached: (() => void) | undefined;
  const proxy = await recordingProxy(t, (await everythingOverHttp(t)).url, () => whenReached?.());
  const house = await openHouse(t, {
    servers: { office: OFFICE },
    others: { web: { transport: 'http', url: proxy.url } },
    accepted: {
      office: OFFICE_ACCEPTED,
      web: {
        clearance: 'internal',
        tools: {
          echo: { effect: 'external', intents: ['echo'], arguments: { message: { role: 'content' } } },
        },
      },
    },
    policy: { rules: RULES },
  });
  const paths: Readonly<Record<string, Path>> = {
    'a core tool': {
      tool: 'write_note',
      args: (what) => ({ title: what, text: 'x' }),
      reached: () => notes(house),
    },
    'a server over stdio': {
      tool: 'office__send_mail',
      args: (what) => ({ ...mailTo(ANN), subject: what }),
      reached: async () => (await house.arrived('office')).length,
    },
    'a server over HTTP': {
      tool: 'web__echo',
      args: (what) => ({ message: what }),
      reached: async () => proxy.take().length,
    },
  };
  const WORDS = `Send a mail to ${ANN}, echo it, and write a note titled "allow".`;
  const faces: Readonly<Record<string, () => Promise<Outcome>>> = {
    'the API': () => house.say(WORDS),
    'the OpenAI-compatible API': () => completed(house, WORDS),
  };
  for (const [face, ask] of Object.entries(faces)) {
    for (const [path, { tool, args, reached }] of Object.entries(paths)) {
      await t.test(`${path}, asked through ${face}`, async () => {
        await reached();
        house.play(callTool(tool, args('deny')), say('Denied.'));
        const denied = await ask();
        const [decided] = denied.decided;
        assert.equal(decided?.verdict.decision, 'deny', told(denied));
        assert.equal(await reached(), 0, 'no handler was reached');
        const lines = await until('the verdict is in the audit log', () => {
          const found = auditOf(house, decided.call);
          return found.some(({ type }) => type === 'tool.ended') ? found : undefined;
        });
        assert.deepEqual(
          lines.map(({ type, body }) => [type, body.decision ?? body.outcome]),
          [
            ['tool.decided', 'deny'],
            ['tool.ended', 'denied'],
          ],
        );

        // The twin: the same call with other content runs, and its intent was on record before it did.
        house.play(callTool(tool, args(face)), say('Done.'));
        const allowed = await ask();
        assert.equal(allowed.ended[0]?.outcome, 'ok', told(allowed));
        assert.equal(await reached(), 1);
        const ran = await until('the end is in the audit log', () => {
          const found = auditOf(house, allowed.decided[0]?.call ?? '');
          return found.length === 3 ? found : undefined;
        });
        const types = ran.map(({ type }) => type);
        assert.deepEqual(types, ['tool.decided', 'tool.intended', 'tool.ended']);
      });
    }
  }

  await t.test('when a call arrives outside, its verdict and its intent are already on disk', async () => {
    let onDisk: readonly AuditLine[] = [];
    whenReached = () => {
      const text = readFileSync(join(house.brain.home, 'audit.jsonl'), 'utf8');
      onDisk = text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as { event: AuditLine }).event);
    };
    house.play(callTool('web__echo', { message: 'now' }), say('Done.'));
    const outcome = await house.say(WORDS);
    const about = onDisk.filter(({ body }) => body.call === outcome.decided[0]?.call).map(({ type }) => type);
    assert.deepEqual(about, ['tool.decided', 'tool.intended']);
  });
});

/** Notes with a title that only an allowed call writes, counted once each time they are looked at. */
async function notes(house: House): Promise<number> {
  house.play(callTool('list_notes'), say('Listed.'));
  const { ended } = await house.say('List my notes.');
  const text = JSON.stringify(ended[0]?.content);
  const count = (text.match(/\(20\d\d-/g) ?? []).length;
  const former = counted.get(house) ?? 0;
  counted.set(house, count);
  return count - former;
}

const counted = new WeakMap<House, number>();

async function completed(house: House, content: string): Promise<Outcome> {
  const answer = await callWith(house.brain, await house.brain.token(), {
    path: '/v1/chat/completions',
    init: {
      method: 'POST',
      body: JSON.stringify({ model: 'bakerst', messages: [{ role: 'user', content }] }),
    },
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return house.outcome(answer.headers.get('bakerst-turn') ?? '');
}
