const OUR_MARKS = /<(\/?)(quoted|summary|transcript)/gi;

/** Our own marks inside a text are broken up, so that what stands between marks cannot pretend to have ended. */
export function inertText(text: string): string {
  return text.replaceAll(OUR_MARKS, '<$1 $2');
}
