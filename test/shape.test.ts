import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { describe, test } from 'node:test';
import { type SourceFile, sourceFiles } from './source-files.ts';

const files = sourceFiles();
const MAX_LINES = 400;
const HOMELESS = /(^|[-.])(utils?|helpers?|commons?|misc|managers?)([-.]|$)/i;

function found(rule: (file: SourceFile) => boolean): string[] {
  return files.filter(rule).map((file) => file.path);
}

/** Lines that match, without comments and without the text of strings. */
function lines(pattern: RegExp, skip: (file: SourceFile) => boolean = () => false): string[] {
  return files.flatMap((file) => {
    if (skip(file)) return [];
    return codeOf(file.text)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file.path}:${index + 1} ${line.trim()}`] : []));
  });
}

function codeOf(text: string): string {
  const blank = (match: string) => match.replace(/[^\n]/g, ' ');
  return text
    .replace(/\/\*[\s\S]*?\*\//g, blank)
    .replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, (match) => `'${' '.repeat(match.length - 2)}'`)
    .replace(/(^|\s)\/\/.*$/gm, blank);
}

describe('source files', () => {
  test(`have at most ${MAX_LINES} lines`, () => {
    assert.deepEqual(
      found((file) => file.text.split('\n').length - 1 > MAX_LINES),
      [],
    );
  });

  test('have names that say what they are about', () => {
    assert.deepEqual(
      found((file) => HOMELESS.test(basename(file.path).replace(/\.tsx?$/, ''))),
      [],
    );
    assert.deepEqual(
      found((file) => /\/(utils?|helpers?|common|misc|lib)\//.test(file.path)),
      [],
    );
    assert.deepEqual(
      found((file) => /\/index\.tsx?$/.test(file.path)),
      [],
    );
  });

  test('have no default export, except where a tool demands one', () => {
    assert.deepEqual(
      lines(/^\s*export default\b/, (file) => file.path.endsWith('vite.config.ts')),
      [],
    );
  });

  test('do not hand on what others export', () => {
    assert.deepEqual(lines(/^\s*export \* from\b/), []);
  });

  test('have no any, no non-null assertion, no enum, no silenced type error', () => {
    assert.deepEqual(lines(/(:|\bas|<|\|)\s*any\b(?!\()/), []);
    assert.deepEqual(lines(/[\w)\]]!(\.|\[|\)|;|,|\s*$)/), []);
    assert.deepEqual(lines(/^\s*(export )?(const )?enum \w/), []);
    assert.deepEqual(
      files.flatMap((file) => (/@ts-(ignore|expect-error|nocheck)/.test(stripThis(file)) ? [file.path] : [])),
      [],
    );
  });

  test('have no TODO or FIXME without a link', () => {
    const open = files.flatMap((file) =>
      stripThis(file)
        .split('\n')
        .flatMap((line, index) =>
          /\b(TODO|FIXME|XXX)\b/.test(line) && !/https?:\/\//.test(line) ? [`${file.path}:${index + 1}`] : [],
        ),
    );
    assert.deepEqual(open, []);
  });
});

describe('tests', () => {
  test('are never the only ones that run', () => {
    assert.deepEqual(lines(/\b(test|it|describe|suite)\.only\(|\bonly: true\b/), []);
  });

  test('skip only with a reason that says what they need', () => {
    const bare = lines(/\b(test|it|describe|suite)\.(skip|todo)\(|\bskip: true\b|\btodo: true\b/);
    assert.deepEqual(bare, []);
    const reasons = files.flatMap((file) =>
      [...file.text.matchAll(/\bskip(?::|\()\s*(['"`])([^'"`]*)\1/g)]
        .filter((match) => !/^(needs |\$\{)/.test(match[2] ?? ''))
        .map((match) => `${file.path}: ${match[2]}`),
    );
    assert.deepEqual(reasons, []);
  });
});

/** This file names what it forbids. */
function stripThis(file: SourceFile): string {
  return file.path === 'test/shape.test.ts' ? '' : file.text;
}
