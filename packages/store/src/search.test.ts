import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchExpression, searchTerms } from './reads/search-terms.ts';
import { snippet } from './reads/snippet.ts';
import { acceptInput, createScenario, type Scenario, trivialTurn } from './testing/scenario.ts';
import { temporaryScenario, withCode } from './testing/temporary-store.ts';

test('messages and answers are found by beginnings of words, whatever their case and accents', async (t) => {
  const scenario = await temporaryScenario(t);
  await trivialTurn(scenario, { text: 'Where is the Crème brûlée in Zürich?' });
  for (const query of ['creme', 'CRÈM', 'zuri brul', 'brûlée crème', '  zürich  ']) {
    assert.equal(find(scenario, query).length, 1, query);
  }
  assert.equal(find(scenario, 'creme absent').length, 0);
  assert.equal(find(scenario, 'reme').length, 0);
  const [answer] = find(scenario, 'quarter');
  assert.equal(answer?.role, 'assistant');
  assert.equal(answer?.snippet, 'It is a \u0002quarter\u0003 past nine.');
  const [question] = find(scenario, 'creme zur');
  assert.equal(question?.role, 'user');
  assert.equal(question?.snippet, 'Where is the \u0002Crème\u0003 brûlée in \u0002Zürich\u0003?');
});

test('the newest message comes first, in pages that neither repeat nor skip', async (t) => {
  const scenario = await temporaryScenario(t);
  for (let index = 0; index < 7; index += 1) await trivialTurn(scenario, { text: `apple number${index}` });
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = scenario.store.searchMessages(scenario.access, 'apple', {
      limit: 3,
      ...(cursor === undefined ? {} : { cursor }),
    });
    seen.push(...page.items.map((hit) => hit.snippet.slice(-1)));
    cursor = page.next;
  } while (cursor !== undefined);
  assert.deepEqual(seen, ['6', '5', '4', '3', '2', '1', '0']);
});

test('hidden and deleted conversations are not found', async (t) => {
  const scenario = await temporaryScenario(t);
  await trivialTurn(scenario, { text: 'pear', createConversation: { title: 'h', hidden: true } });
  const { record } = await trivialTurn(scenario, { text: 'pear' });
  assert.equal(find(scenario, 'pear').length, 1);
  await scenario.store.deleteConversation(scenario.access, record.conversation, []);
  assert.equal(find(scenario, 'pear').length, 0);
  await trivialTurn(scenario, { text: 'plum' });
  assert.equal(find(scenario, 'pear').length, 0);
  assert.equal(find(scenario, 'plum').length, 1);
});

test('a query cannot speak the language of the index', async (t) => {
  const scenario = await temporaryScenario(t);
  const stranger = await createScenario(scenario.store, 'stranger');
  await trivialTurn(stranger, { text: 'secret apple banana' });
  const hostile = [
    'apple OR banana',
    'text : apple',
    'owner : "2"',
    '"',
    '""',
    '"*',
    '*',
    'apple*',
    '(',
    ')) OR ((',
    '^apple',
    'NEAR(apple banana, 5)',
    'apple NOT banana',
    'apple AND',
    '-apple',
    '+',
    '{owner text} : apple',
    "'; DROP TABLE turn;--",
    '\u0000apple',
    '"apple" OR owner:"2',
    '\ud800',
    'a'.repeat(100_000),
    '" OR "1'.repeat(1_000),
    '%_',
    '\u0002x\u0003',
  ];
  for (const query of hostile)
    assert.deepEqual(find(scenario, query), [], JSON.stringify(query.slice(0, 40)));
  await trivialTurn(scenario, { text: 'either OR NOT near' });
  assert.equal(find(scenario, 'OR NOT').length, 1);
});

test('no text whatsoever makes a search fail or find what is not one’s own', async (t) => {
  const scenario = await temporaryScenario(t);
  const stranger = await createScenario(scenario.store, 'stranger');
  await trivialTurn(stranger, { text: 'apple banana cherry 1 2 3 owner text' });
  const piece = fc.constantFrom(
    '"',
    '*',
    ' OR ',
    ' AND ',
    ' NOT ',
    'NEAR(',
    ')',
    '(',
    ':',
    '^',
    'owner',
    'text',
    'apple',
    '1',
    '-',
    '\u0000',
  );
  const query = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(query, (text) => find(scenario, text).length === 0),
    { numRuns: 500 },
  );
});

test('what is indexed is found again by any of its words', async (t) => {
  const scenario = await temporaryScenario(t);
  const word = fc.stringMatching(/^[a-zA-Z0-9äöüßéèñçλжя]{1,12}$/);
  await fc.assert(
    fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 8 }), fc.nat(), async (words, pick) => {
      await trivialTurn(scenario, { text: words.join(' ') });
      const wanted = words[pick % words.length] ?? '';
      const hits = find(scenario, wanted);
      assert(
        hits.some((hit) => hit.snippet.includes('\u0002')),
        wanted,
      );
    }),
    { numRuns: 60 },
  );
});

test('every term is quoted and made of word characters alone', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
      const terms = searchTerms(text);
      assert(terms.length <= 12);
      for (const term of terms) assert.match(term, /^[\p{L}\p{N}\p{M}\p{Co}]+$/u);
      if (terms.length > 0) {
        assert.match(matchExpression(7, terms), /^owner : "7" AND text : \("[^"]*"\*( AND "[^"]*"\*)*\)$/);
      }
    }),
  );
});

test('a snippet is short, marks only matches, and a message cannot draw marks of its own', () => {
  const forged = snippet('\u0002forged\u0003 and real', ['real']);
  assert.equal(forged, 'forged and \u0002real\u0003');
  const long = snippet(`${'filler '.repeat(500)}needle ${'more '.repeat(500)}`, ['needle']);
  assert(long.startsWith('… ') && long.endsWith(' …') && long.includes('\u0002needle\u0003'), long);
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 4_000 }),
      fc.string({ maxLength: 5 }),
      (text, term) => {
        const made = snippet(text, [term]);
        assert(made.length <= 1_000, `${made.length}`);
        assert.equal(made.split('\u0002').length, made.split('\u0003').length);
      },
    ),
  );
});

test('a cursor that we did not make is no page', async (t) => {
  const scenario = await temporaryScenario(t);
  for (const cursor of ['', 'x', 'MQ', Buffer.from('1.2.3.4').toString('base64url'), '../../etc', '1e99']) {
    const page = { limit: 1, cursor };
    assert.throws(() => scenario.store.listConversations(scenario.access, page), withCode('store_not_found'));
  }
});

test('a very long message costs the index no more than a long one', async (t) => {
  const scenario = await temporaryScenario(t);
  const text = `start ${'word '.repeat(200_000)} finish`;
  await scenario.store.acceptTurn(acceptInput(scenario, { text }));
  assert.equal(find(scenario, 'start').length, 1);
  assert.equal(find(scenario, 'finish').length, 0);
});

function find(scenario: Scenario, query: string) {
  return scenario.store.searchMessages(scenario.access, query, { limit: 10 }).items;
}
