import assert from 'node:assert/strict';
import { test } from 'node:test';
import { say } from '@bakerst/testkit/model-servers/script';
import { type Exchange, seedConversations } from '../running/seed-conversations.ts';
import { needsChromium } from './rig/chromium.ts';
import { startConsole } from './rig/console-under-test.ts';
import { longestTaskMs } from './rig/long-tasks.ts';
import { eventually, reads, sees } from './rig/look.ts';

const TURNS = 500;
/** Above this, a person feels that a key or a scroll came late. */
const MOST_MS = 200;

const answer = (n: number): string =>
  `Answer ${n} has **some** Markdown: \`code\`, a [link](https://example.org/${n}) and\n\n- a list\n- of things\n\n` +
  `\`\`\`ts\nconst answer${n} = ${n};\n\`\`\`\n`;

test('a conversation of 1,000 messages is read to its beginning and written in without a stumble', {
  skip: needsChromium,
}, async (t) => {
  const console = await startConsole(t);
  await console.brain().end();
  const exchanges = Array.from(
    { length: TURNS },
    (_, n): Exchange => ({ said: `Question ${n + 1}`, answered: answer(n + 1) }),
  );
  const [conversation = ''] = await seedConversations(console.brain().home, [exchanges]);
  await console.startAgain();
  console.book.on(
    'last of all',
    say(
      Array.from({ length: 60 }, (_, n) => `word${n} `),
      { gapMs: 5 },
    ),
  );
  const { page, box, answer: answerOf, turn, watch } = await console.open({ path: `/chat/${conversation}` });
  await sees(turn(TURNS));
  const log = page.getByRole('log', { name: 'Conversation' });
  const reading = await longestTaskMs(page, async () => {
    await log.hover();
    const scroll = async (): Promise<boolean> => {
      await page.mouse.wheel(0, -6_000);
      return (await turn(1).count()) > 0;
    };
    await eventually('the beginning is reached', scroll, 60_000);
    await sees(turn(1));
  });
  await reads(turn(1), /Question 1.*Answer 1 has some Markdown/);
  assert.equal(await page.getByRole('article', { name: /^Turn / }).count(), TURNS);
  t.diagnostic(`longest task while reading back: ${Math.round(reading)} ms`);
  assert.ok(reading < MOST_MS, `the page stood still for ${Math.round(reading)} ms while it was scrolled`);

  const typing = await longestTaskMs(page, () => box.pressSequentially('this is the last of all'));
  t.diagnostic(`longest task while typing: ${Math.round(typing)} ms`);
  assert.ok(typing < MOST_MS, `the page stood still for ${Math.round(typing)} ms while it was typed in`);

  const answering = await longestTaskMs(page, async () => {
    await page.getByRole('button', { name: 'Jump to latest' }).click();
    await box.press('Enter');
    await reads(answerOf(TURNS + 1), /word59/);
  });
  t.diagnostic(`longest task while an answer streams: ${Math.round(answering)} ms`);
  assert.ok(
    answering < MOST_MS,
    `the page stood still for ${Math.round(answering)} ms while it was answered`,
  );
  assert.deepEqual(watch.errors, []);
});
