import { parseStep, type Step } from '@bakerst/shared/steps';

const MOST_CHARS = 1_048_576;

/**
 * Parses stored steps and remembers those it parsed: steps never change, and a conversation's are read again with
 * every message. Keyed by their very text, so a forgotten or reused row cannot give a wrong one.
 */
export class StepParser {
  readonly #known = new Map<string, Step>();
  #chars = 0;

  parse(body: string): Step {
    const known = this.#known.get(body);
    if (known !== undefined) return known;
    const step = parseStep(JSON.parse(body));
    if (body.length > MOST_CHARS / 16) return step;
    this.#known.set(body, step);
    this.#chars += body.length;
    if (this.#chars > MOST_CHARS) this.#forgetOldest();
    return step;
  }

  #forgetOldest(): void {
    for (const body of this.#known.keys()) {
      if (this.#chars <= MOST_CHARS / 2) return;
      this.#known.delete(body);
      this.#chars -= body.length;
    }
  }
}
