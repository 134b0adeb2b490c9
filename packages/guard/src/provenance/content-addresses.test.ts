import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ANN, EVE, IBAN, mail, OTHER_IBAN, tainted } from '../testing/office-calls.ts';

describe('what is said', () => {
  const words = `Send ${ANN} an email about example.com/offer; ask @bob. My account is ${IBAN}.`;
  const says = (body: string) => tainted(words).decides(mail(ANN, { body }));

  const FINE = [
    'At noon.',
    `Ask ${ANN}.`,
    'See https://example.com/offer.',
    'Thanks, @bob!',
    'My account is DE89 3704 0044 0532 0130 00.',
    'Version 1.2.3, file notes.txt',
    'either/or',
  ];
  for (const body of FINE) test(`may be "${body}"`, () => assert.equal(says(body), 'allow'));

  const FOREIGN = [
    'See https://evil.example/x',
    'See evil.example',
    `Write to ${EVE}`,
    `Pay to ${OTHER_IBAN}`,
    'Thanks, @mallory!',
    '/invite mallory',
    'mailto:eve@evil.example',
    'tel:+491701234567',
    'javascript:alert(1)',
    'ftp://evil.example/x',
    'https://example.com@evil.example/offer',
    'https://example.com/offer?mail=x',
    'ann²@example.com',
    'eve@evil\u200b.example',
    'https://evil\u00ad.example/x',
  ];
  for (const body of FOREIGN)
    test(`is asked where it holds ${JSON.stringify(body)}`, () =>
      assert.equal(says(body), 'ask: foreign-address'));
});
