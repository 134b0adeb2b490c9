import { setTimeout as sleep } from 'node:timers/promises';
import { formatUsd } from '@bakerst/shared/money';
import type { CliParts } from './command.ts';
import { spelledOutLine } from './framed-text.ts';
import { PrintableStream, printable, printableLine } from './printable.ts';
import { followTurn } from './turn-stream.ts';
import { type TurnOutput, type TurnResult, TurnView } from './turn-view.ts';

export interface ShowOptions {
  /** Print the answer as it comes; else only once it is whole. */
  readonly live: boolean;
  /** Say nothing about tool calls. */
  readonly quiet: boolean;
  /** Stay while the turn waits for a person, and go on with it after the decision. */
  readonly wait?: boolean;
  /** Of a turn that was shown before: the last step that was read then. What came until it is not said again. */
  readonly after?: number;
}

/**
 * Follows a turn to its end, or until it waits for an approval. The answer goes to stdout, the rest to stderr.
 * Ctrl-C asks the brain to stop the turn and then goes on reading: the end is what the brain says it is.
 */
export async function showTurn(
  turn: string,
  options: ShowOptions,
  { parts, stop }: { readonly parts: CliParts; readonly stop: AbortSignal },
): Promise<TurnResult> {
  const api = parts.api();
  const view = new TurnView();
  const writer = new TurnWriter(parts, options);
  const left = new AbortController();
  const cancel = (): void => {
    // A cancel that fails leaves the stream open for a moment only: the turn is not followed any longer.
    api.cancelTurn(turn).catch(() => left.abort(stop.reason));
    setTimeout(() => left.abort(stop.reason), 5_000).unref();
  };
  if (stop.aborted) cancel();
  else stop.addEventListener('abort', cancel, { once: true });
  try {
    const events = followTurn(turn, {
      door: api.door,
      baseUrl: api.baseUrl,
      signal: left.signal,
      pause: (ms) => sleep(ms, undefined, { signal: left.signal }),
    });
    for await (const event of events) {
      const outputs = view.push(event);
      if (event.seq > (options.after ?? 0)) for (const output of outputs) writer.write(output);
      if (view.result().status !== 'parked') continue;
      if (options.wait !== true) break;
      writer.waiting(view.result());
    }
  } catch (error) {
    if (!left.signal.aborted) throw error;
  } finally {
    stop.removeEventListener('abort', cancel);
    writer.end();
  }
  const result = view.result();
  if (!options.live) parts.terminal.out(`${printable(result.text)}\n`);
  return stop.aborted && result.status === 'running' ? { ...result, status: 'cancelled' } : result;
}

class TurnWriter {
  readonly #parts: CliParts;
  readonly #options: ShowOptions;
  readonly #stream = new PrintableStream();
  /** Whether the cursor stands in the middle of a line of the answer. */
  #midLine = false;
  #saidWaiting: string | undefined;

  constructor(parts: CliParts, options: ShowOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  write(output: TurnOutput): void {
    if (output.kind === 'text') {
      if (this.#options.live) this.#put(this.#stream.push(output.text));
      return;
    }
    if (this.#options.live) this.#put(this.#stream.end());
    if (output.kind === 'void' && this.#options.live) this.#note('the answer starts again', false);
    if (output.kind === 'note') this.#note(output.text, output.bad);
  }

  /** Said once for each approval. */
  waiting(result: TurnResult): void {
    if (this.#saidWaiting === result.approval) return;
    this.#saidWaiting = result.approval;
    if (this.#options.live) this.#put(this.#stream.end());
    this.#note(closingNote(result), true);
  }

  end(): void {
    if (this.#options.live) this.#put(this.#stream.end());
    if (this.#midLine) this.#put('\n');
  }

  #put(text: string): void {
    if (text === '') return;
    this.#parts.terminal.out(text);
    this.#midLine = !text.endsWith('\n');
  }

  #note(text: string, bad: boolean): void {
    if (this.#options.quiet) return;
    const { terminal } = this.#parts;
    const line = `${this.#midLine ? '\n' : ''}  ${bad ? '!' : '·'} ${printableLine(text)}\n`;
    this.#midLine = false;
    terminal.note(terminal.paint(bad ? 'yellow' : 'dim', line));
  }
}

/** What is said below an answer: model and cost, or why there is none. */
export function closingNote(result: TurnResult): string {
  if (result.status === 'parked') {
    if (result.approval === undefined) return 'This turn waits.';
    const what = result.waitsFor === undefined ? '' : `: ${spelledOutLine(result.waitsFor)}`;
    return `Waits for a decision${what}  See it and decide: bakerst approvals approve ${result.approval} (or deny)`;
  }
  if (result.error !== undefined) {
    return [`${result.error.message}`, result.error.remedy]
      .filter((line) => line !== undefined)
      .join(' Remedy: ');
  }
  if (result.status === 'cancelled') return 'Stopped.';
  return [result.model, formatUsd(result.costMicros)].filter((text) => text !== undefined).join(', ');
}
