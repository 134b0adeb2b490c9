import { ANSWER_GAP } from './completion-outcome.ts';

/**
 * The text of a running turn as one stream that can only grow. A new attempt's text is compared with what was already
 * sent: what is the same is not sent twice, and where it differs the reader is told, since nothing can be taken back.
 */
export class AnswerText {
  /** Sent of the current call. */
  #sent = '';
  /** Text of the current attempt while it still repeats what was sent before the reset. */
  #repeated: string | undefined;
  #anySent = false;
  #gap = '';

  /** A piece of the running attempt; returns what to send. */
  add(text: string): string {
    if (this.#repeated === undefined) return this.#send(text);
    const now = this.#repeated + text;
    if (this.#sent.startsWith(now)) {
      this.#repeated = now;
      return '';
    }
    this.#repeated = undefined;
    if (now.startsWith(this.#sent)) return this.#send(now.slice(this.#sent.length));
    this.#sent = '';
    return this.#send(now, RESTARTED);
  }

  /** The whole text of the running attempt so far: only what is missing is sent. */
  catchUp(whole: string): string {
    this.#repeated = '';
    return this.add(whole);
  }

  /** A new attempt begins; its text may repeat the former's. */
  restart(): void {
    if (this.#sent !== '') this.#repeated = '';
  }

  /** The call is over and this was its text; the next one's stands apart. */
  finish(whole: string): string {
    const rest = this.catchUp(whole);
    // An attempt that ended shorter than what was sent of a former one: the reader has more than there is.
    this.#sent = '';
    this.#repeated = undefined;
    this.#gap = this.#anySent ? ANSWER_GAP : '';
    return rest;
  }

  #send(text: string, mark = ''): string {
    if (text === '') return '';
    const out = this.#gap + mark + text;
    this.#gap = '';
    this.#anySent = true;
    this.#sent += text;
    return out;
  }
}

const RESTARTED = '\n\n[The answer broke off and begins again.]\n\n';
