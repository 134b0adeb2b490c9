import assert from 'node:assert/strict';
import {
  AcceptedMessage,
  CompletedMessage,
  Conversation,
  TurnWithSteps,
} from '@bakerst/shared/api/conversations';
import { Problem } from '@bakerst/shared/api/problem';
import type { StepOf, StepType } from '@bakerst/shared/steps';
import type { BrainProcess } from './brain-process.ts';

export interface Words {
  readonly conversation?: string;
  readonly model?: string;
  readonly maxOutputTokens?: number;
  readonly attachments?: readonly string[];
  readonly key?: string;
}

/** The request of one message in the person's own words. */
export function message(text: string, { attachments = [], key, ...fields }: Words = {}): RequestInit {
  const parts = [
    { type: 'words', text },
    ...attachments.map((attachment) => ({ type: 'attachment', attachment })),
  ];
  return {
    method: 'POST',
    body: JSON.stringify({ ...fields, parts }),
    headers: key === undefined ? {} : { 'idempotency-key': key },
  };
}

/** Sends a message and goes on at once. */
export async function send(brain: BrainProcess, text: string, words: Words = {}): Promise<AcceptedMessage> {
  const answer = await brain.call('/api/v1/messages', message(text, words));
  assert.equal(answer.status, 202, await answer.clone().text());
  return AcceptedMessage.parse(await answer.json());
}

/** Sends a message and waits until the turn has ended or waits for a person. */
export async function ask(brain: BrainProcess, text: string, words: Words = {}): Promise<CompletedMessage> {
  const request = message(text, words);
  const answer = await brain.call('/api/v1/messages', {
    ...request,
    headers: { ...request.headers, prefer: 'wait=30' },
  });
  assert.ok(answer.status === 200 || answer.status === 202, await answer.clone().text());
  return CompletedMessage.parse(await answer.json());
}

export async function newConversation(brain: BrainProcess, title = 'A test'): Promise<Conversation> {
  const made = await brain.call('/api/v1/conversations', { method: 'POST', body: JSON.stringify({ title }) });
  assert.equal(made.status, 201);
  return Conversation.parse(await made.json());
}

export async function readTurn(brain: BrainProcess, turn: string): Promise<TurnWithSteps> {
  return TurnWithSteps.parse(await (await brain.call(`/api/v1/turns/${turn}`)).json());
}

export function stepsOf<T extends StepType>(turn: TurnWithSteps, type: T): readonly StepOf<T>[] {
  return turn.steps.flatMap(({ step }) => (step.type === type ? [step as StepOf<T>] : []));
}

const OVER: readonly string[] = ['completed', 'failed', 'cancelled', 'parked'];

/** The turn once nothing goes on in it any more. */
export function untilOver(brain: BrainProcess, turn: string): Promise<TurnWithSteps> {
  return until(`the turn ${turn} is over`, async () => {
    const now = await readTurn(brain, turn);
    return OVER.includes(now.status) ? now : undefined;
  });
}

/** The first value that is not undefined; fails after the deadline. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  deadlineMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    assert.ok(Date.now() < deadline, `It did not happen in time: ${what}`);
    await new Promise((wake) => setTimeout(wake, 20));
  }
}

/** A refusal as every client reads it: the status, the code, and never without a remedy. */
export async function problemOf(answer: Response, status: number): Promise<Problem> {
  const text = await answer.text();
  assert.equal(answer.status, status, text);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
  const problem = Problem.parse(JSON.parse(text));
  assert.ok(problem.remedy.length > 0, 'it names a remedy');
  return problem;
}
