import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isCoded } from '@bakerst/shared/coded-error';
import { COMMANDS } from './command-table.ts';
import { completionScript, SHELLS } from './completion-script.ts';
import { helpText } from './help-text.ts';
import { parseLine } from './parse-command.ts';

function run(line: string) {
  const parsed = parseLine(line.split(' '), COMMANDS);
  assert.equal(parsed.kind, 'run');
  if (parsed.kind !== 'run') throw new Error('unreachable');
  return parsed;
}

function usage(line: string, expected: RegExp): void {
  assert.throws(
    () => parseLine(line.split(' '), COMMANDS),
    (error) => {
      assert.ok(isCoded(error, 'cli_usage'), String(error));
      assert.match(`${error.message} ${error.remedy}`, expected);
      return true;
    },
  );
}

describe('the command line', () => {
  test('finds a noun and its verb, options before and after arguments', () => {
    const parsed = run('conversations rename --json conv_1 A new title');
    assert.deepEqual(parsed.command.path, ['conversations', 'rename']);
    assert.deepEqual(parsed.input.args, ['conv_1', 'A', 'new', 'title']);
    assert.equal(parsed.input.flag('json'), true);
  });

  test('takes words of a chat as words, also when they are names of commands', () => {
    assert.deepEqual(run('chat status list').input.args, ['status', 'list']);
    assert.deepEqual(run('chat -- --json').input.args, ['--json']);
  });

  test('gathers an option that may come several times', () => {
    const { input } = run('tokens create x --scope chat --scope metrics');
    assert.deepEqual(input.texts('scope'), ['chat', 'metrics']);
  });

  test('says what was probably meant', () => {
    usage('stauts', /Did you mean `bakerst status`/);
    usage('conversations lsit', /Did you mean `bakerst conversations list`/);
    usage('chat --modle x', /Did you mean --model/);
    usage('frobnicate', /bakerst --help/);
  });

  test('says which argument is missing and which is too many', () => {
    usage('tokens revoke', /needs <token>/);
    usage('status now', /does not know what to do with "now"/);
  });

  test('a noun alone shows its verbs and is a usage error, asked for help it is not', () => {
    assert.deepEqual(parseLine(['tokens'], COMMANDS), { kind: 'help', path: ['tokens'], asked: false });
    assert.deepEqual(parseLine(['tokens', '--help'], COMMANDS), {
      kind: 'help',
      path: ['tokens'],
      asked: true,
    });
    assert.deepEqual(parseLine([], COMMANDS), { kind: 'help', path: [], asked: false });
  });
});

describe('help and completion', () => {
  test('every command explains itself with an example that it would accept', () => {
    for (const command of COMMANDS) {
      const text = helpText(command.path, COMMANDS);
      assert.match(text, /^Usage: bakerst /m);
      assert.ok(command.examples.length > 0, command.path.join(' '));
      for (const example of command.examples) {
        const line = /bakerst (.*?)(?: \||$| >)/.exec(example)?.[1] ?? '';
        const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
        const parsed = parseLine(words, COMMANDS);
        assert.equal(
          parsed.kind === 'run' ? parsed.command.path.join(' ') : '',
          command.path.join(' '),
          example,
        );
      }
    }
  });

  test('the help of the program lists every command and every exit code', () => {
    const text = helpText([], COMMANDS);
    for (const command of COMMANDS) assert.ok(text.includes(command.path.join(' ')));
    for (const code of ['0', '1', '2', '3', '4', '5', '130'])
      assert.match(text, new RegExp(`^  ${code} `, 'm'));
  });

  test('completion offers every noun, verb and option in every shell', () => {
    for (const shell of SHELLS) {
      const script = completionScript(shell, COMMANDS);
      for (const command of COMMANDS) {
        for (const word of [...command.path, ...Object.keys(command.options).map((name) => `--${name}`)]) {
          assert.ok(script.includes(word), `${shell} lacks ${word}`);
        }
      }
    }
  });

  test('no two commands begin with the same words', () => {
    const paths = COMMANDS.map((command) => command.path.join(' '));
    assert.equal(new Set(paths).size, paths.length);
    assert.deepEqual(
      paths.filter((path) => paths.some((other) => other !== path && other.startsWith(`${path} `))),
      [],
    );
  });
});
