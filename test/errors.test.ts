import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ROOT, sourceFiles } from './source-files.ts';

const files = sourceFiles();

/** Codes stand in a closed union `XErrorCode` of an `errors.ts`; providers' codes are part of their contract. */
const HOMES = files.filter(
  (file) => !file.isTest && /(^|\/)errors\.ts$|^packages\/shared\/src\/models\.ts$/.test(file.path),
);

function codesOf(text: string): readonly string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const unions = [...code.matchAll(/export type \w*ErrorCode\s*=([^;]+);/g)].map((match) => match[1] ?? '');
  return unions.flatMap((union) => [...union.matchAll(/'([a-z0-9_]+)'/g)].map((match) => match[1] ?? ''));
}

const raised = new Map(HOMES.flatMap((file) => codesOf(file.text).map((code) => [code, file.path] as const)));
const page = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');
const rows = [...page.matchAll(/^\| `([a-z0-9_]+)`\s*\| ([^|]*) \| ([^|]*) \|$/gm)].map((match) => ({
  code: match[1] ?? '',
  meaning: (match[2] ?? '').trim(),
  remedy: (match[3] ?? '').trim(),
}));

describe('error codes', () => {
  test('there are some, and each belongs to one package', () => {
    assert.ok(raised.size > 20, `only ${raised.size} codes were found`);
  });

  test('each is explained in docs/errors.md', () => {
    const known = new Set(rows.map((row) => row.code));
    assert.deepEqual(
      [...raised.keys()].filter((code) => !known.has(code)),
      [],
    );
  });

  test('docs/errors.md explains no code that nobody raises, and none twice', () => {
    assert.deepEqual(
      rows.map((row) => row.code).filter((code) => !raised.has(code)),
      [],
    );
    const codes = rows.map((row) => row.code);
    assert.deepEqual(
      codes.filter((code, index) => codes.indexOf(code) !== index),
      [],
    );
  });

  test('each has a meaning and a remedy there', () => {
    assert.deepEqual(
      rows.filter((row) => row.meaning.length < 10 || row.remedy.length < 5),
      [],
    );
  });

  test('each is raised somewhere outside the list', () => {
    const code = files.filter((file) => !file.isTest).map((file) => file.text);
    const unused = [...raised].filter(([name]) => {
      const uses = code.reduce((sum, text) => sum + (text.split(`'${name}'`).length - 1), 0);
      return uses < 2;
    });
    assert.deepEqual(unused, []);
  });

  test('each is seen by some test', () => {
    const tests = files
      .filter((file) => file.isTest && file.path !== 'test/errors.test.ts')
      .map((file) => file.text);
    const unseen = [...raised].filter(
      ([name]) => !tests.some((text) => new RegExp(`\\b${name}\\b`).test(text)),
    );
    assert.deepEqual(unseen, []);
  });
});
