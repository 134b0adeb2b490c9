const LINE_CHARS = 160;
const MOST_LINES = 40;

/** Stands in for a summary: the beginning of each thing said, newest kept. */
export function digestTranscript(transcript: string): string {
  const lines = transcript
    .replaceAll(/<\/?transcript>/g, '')
    .split('\n')
    .filter((line) => /^(PERSON|AGENT|CALL|RESULT|EARLIER SUMMARY)\b/.test(line))
    .map((line) => (line.length > LINE_CHARS ? `${line.slice(0, LINE_CHARS).toWellFormed()} [...]` : line));
  const kept = lines.slice(-MOST_LINES);
  const left = lines.length - kept.length;
  const head =
    left > 0
      ? `Beginnings of the newest ${kept.length} lines; ${left} older ones are left out.`
      : 'Beginnings of each line.';
  return [head, ...kept.map((line) => `- ${line}`)].join('\n');
}
