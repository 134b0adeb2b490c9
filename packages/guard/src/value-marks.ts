import { domainToUnicode } from 'node:url';
import { hasHiddenCharacters, makeVisible } from '@bakerst/shared/hidden-text';

const LONGEST_VALUE = 20_000;
const MOST_NAMED = 3;

/**
 * What a person who reads a value on an approval card could overlook, in words: `mixed scripts: "pаypal"`,
 * `punycode: xn--... reads "..."`, `hidden characters: U+200B`, `right-to-left text`, `look-alike digits: "l0"`. Empty for an
 * ordinary value. Of a longer value only the first 20,000 characters are looked at, which is then a mark of its own.
 */
export function marksOf(value: string): readonly string[] {
  const text = value.slice(0, LONGEST_VALUE);
  return [
    ...hiddenMarks(text),
    ...directionMarks(text),
    ...wordMarks('mixed scripts', text, hasMixedScripts),
    ...(isForeignText(text) ? [] : wordMarks('looks like Latin letters', text, looksLatin)),
    ...hostMarks(text),
    ...wordMarks('look-alike digits', text, hasLookAlikeDigits),
    ...wordMarks('unusual forms of letters', text, hasOddForms),
    ...(text.length < value.length ? ['too long to be looked at in full'] : []),
  ];
}

function hiddenMarks(text: string): readonly string[] {
  if (!hasHiddenCharacters(text)) return [];
  const names = new Set(Array.from(makeVisible(text).matchAll(/<(U\+[0-9A-F]{4,6})>/g), ([, name]) => name));
  return [`hidden characters: ${[...names].slice(0, 5).join(', ')}`];
}

function directionMarks(text: string): readonly string[] {
  const turned = /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/.test(text);
  const written = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u.test(text);
  return [
    ...(turned ? ['changes the direction of reading'] : []),
    ...(written && /[A-Za-z0-9]/.test(text) ? ['right-to-left text'] : []),
  ];
}

function wordMarks(name: string, text: string, isOdd: (word: string) => boolean): readonly string[] {
  const words = new Set((text.match(/[\p{L}\p{M}\p{N}]{1,200}/gu) ?? []).filter(isOdd));
  if (words.size === 0) return [];
  const shown = [...words].slice(0, MOST_NAMED).map((word) => `"${word}"`);
  return [`${name}: ${shown.join(', ')}${words.size > MOST_NAMED ? ', ...' : ''}`];
}

const SCRIPTS: readonly RegExp[] = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
  /\p{Script=Coptic}/u,
  /\p{Script=Lisu}/u,
];

/** Alphabets whose letters look alike, in one word. Japanese and Chinese with Latin is how people write. */
function hasMixedScripts(word: string): boolean {
  return SCRIPTS.filter((script) => script.test(word)).length > 1;
}

/** Cyrillic and Greek letters that are drawn like Latin ones. */
const LIKE_LATIN = /^[аеорсухіјѕԁһӏԛԝвкмнтАВЕКМНОРСТУХІЈЅԌԚԜӀαονρυιικΑΒΕΖΗΙΚΜΝΟΡΤΥΧ0-9]{2,}$/u;

/** Somebody writes Russian or Greek here: then a short word of such letters is a word. */
function isForeignText(text: string): boolean {
  return (text.match(/[\p{Script=Cyrillic}\p{Script=Greek}]+/gu) ?? []).some(
    (word) => !LIKE_LATIN.test(word),
  );
}

function looksLatin(word: string): boolean {
  return LIKE_LATIN.test(word) && /[^0-9]/.test(word) && !hasMixedScripts(word);
}

/** Digits of other scripts, or `l`, `I`, `O` among digits, where a number or an account is read wrongly. */
function hasLookAlikeDigits(word: string): boolean {
  if (/(?![0-9])\p{Nd}/u.test(word)) return true;
  return /[0-9][lIO]+[0-9]/.test(word) || /^[lIO]+[0-9]{2,}$/.test(word) || /^[0-9]{2,}[lIO]+$/.test(word);
}

/** Letters that become others when programs compare: full width, mathematical, superscript. */
function hasOddForms(word: string): boolean {
  return word.normalize('NFC') !== word.normalize('NFKC') && !/[\p{Script=Hangul}]/u.test(word);
}

function hostMarks(text: string): readonly string[] {
  const hosts = new Set(
    text.match(/(?<![\p{L}\p{N}.-])(?:[\p{L}\p{N}-]{1,63}\.){1,8}[\p{L}\p{N}-]{2,63}(?![\p{L}\p{N}-])/gu) ??
      [],
  );
  const marks: string[] = [];
  for (const host of hosts) {
    const unicode = /(?:^|\.)xn--/i.test(host) ? domainToUnicode(host.toLowerCase()) : undefined;
    if (unicode !== undefined) {
      marks.push(
        unicode === '' ? `punycode: ${host} reads as nothing` : `punycode: ${host} reads "${unicode}"`,
      );
    }
  }
  return marks.slice(0, MOST_NAMED);
}
