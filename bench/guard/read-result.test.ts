import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readResult } from './read-result.ts';

describe('a recorded result', () => {
  test('that is a YAML list becomes data under result', () => {
    const text = "- amount: 50.0\n  date: '2022-04-01'\n  id: 6\n";
    assert.deepEqual(readResult(text), { result: [{ amount: 50, date: '2022-04-01', id: 6 }] });
  });

  test('that is a Python dict becomes data, with its escapes read', () => {
    const text = `{'Le Marais': 'Rating: 4.2\\nReviews: "good"', "Chez L'Ami": None, 'open': True, 'n': [1, -2.5]}`;
    assert.deepEqual(readResult(text), {
      'Le Marais': 'Rating: 4.2\nReviews: "good"',
      "Chez L'Ami": null,
      open: true,
      n: [1, -2.5],
    });
  });

  test('that is a single date becomes data', () => {
    assert.deepEqual(readResult('2024-05-15'), { result: '2024-05-15' });
  });

  test('that is prose is no data', () => {
    assert.equal(readResult('Dear tenant,\nplease note the following: nothing.'), undefined);
    assert.equal(readResult('None'), undefined);
    assert.equal(readResult("{'open': "), undefined);
  });

  test('holds injected text where it stands, whatever that text would do to the YAML around it', () => {
    const attack = '"}\n- evil: true\n\nline: two';
    const text = '- subject: @@INJ:subject@@\n  id: 1\n';
    assert.deepEqual(
      readResult(text, () => attack),
      { result: [{ subject: attack, id: 1 }] },
    );
  });
});
