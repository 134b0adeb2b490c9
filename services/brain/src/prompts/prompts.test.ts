import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isCoded } from '@bakerst/shared/coded-error';
import { createPromptSource } from './prompt-source.ts';
import { readPrompts } from './prompts.ts';

function promptFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'bakerst-prompts-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const name of ['SOUL', 'BRAIN', 'WORKER', 'OBSERVER', 'PLANNER']) {
    writeFileSync(join(folder, `${name}.md`), `${name} of {{agent_name}}\n`);
  }
  return folder;
}

test("prompts carry the agent's name and a hash that changes with it", async (t) => {
  const folder = promptFolder(t);
  const [baker, watson] = [await readPrompts(folder, 'Baker'), await readPrompts(folder, 'Watson')];
  assert.deepEqual(baker.brain, ['SOUL of Baker', 'BRAIN of Baker']);
  assert.deepEqual(baker.worker, ['SOUL of Baker', 'WORKER of Baker']);
  assert.equal(baker.observer, 'OBSERVER of Baker');
  assert.equal(baker.planner, 'PLANNER of Baker');
  assert.notEqual(baker.hash, watson.hash);
});

test('a prompt file that is missing, empty or too large is refused by name, and nothing stands in for it', async (t) => {
  const folder = promptFolder(t);
  const soul = join(folder, 'SOUL.md');
  const refused = (error: unknown) =>
    isCoded(error, 'prompt_file_unreadable') && error.message.includes(soul) && error.remedy !== '';
  writeFileSync(soul, ' \n');
  await assert.rejects(readPrompts(folder, 'Baker'), refused);
  writeFileSync(soul, 'x'.repeat(262_145));
  await assert.rejects(readPrompts(folder, 'Baker'), refused);
  rmSync(soul);
  await assert.rejects(readPrompts(folder, 'Baker'), refused);
});

test('a new name that cannot be put in keeps the prompts in force', async (t) => {
  const folder = promptFolder(t);
  const source = await createPromptSource(folder, 'Baker');
  rmSync(join(folder, 'SOUL.md'));
  await assert.rejects(source.rename('Watson'), (error) => isCoded(error, 'prompt_file_unreadable'));
  assert.equal(source.current().observer, 'OBSERVER of Baker');
});
