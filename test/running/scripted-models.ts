import type { TestContext } from 'node:test';
import { startChatCompletionsServer } from '@bakerst/testkit/model-servers/chat-completions-server';
import type { ModelServer, ModelServerOptions } from '@bakerst/testkit/model-servers/model-server';
import type { RecordedRequest } from '@bakerst/testkit/model-servers/recorded-request';
import type { Script, ScriptedReply, ScriptedRequest } from '@bakerst/testkit/model-servers/script';

/** Micro-dollars per million tokens: one token costs one micro-dollar, so that a cost can be read off. */
export const PRICE = { input: 1_000_000, output: 1_000_000, cacheRead: 100_000, cacheWrite: 1_250_000 };

/** A script that can be exchanged while its server runs: several tests share one brain and one model. */
export class Stage {
  #play: Script;
  #number = 0;

  constructor(play: Script) {
    this.#play = play;
  }

  /** From here on; numbers count from 0 again. */
  play(play: Script): void {
    this.#play = play;
    this.#number = 0;
  }

  /** What the server is started with. */
  readonly reply = async (request: ScriptedRequest): Promise<ScriptedReply> => {
    const number = this.#number++;
    const play = this.#play;
    if (typeof play === 'function') return play({ ...request, number });
    if ('constant' in play) return play.constant;
    const off = { kind: 'error', status: 400, message: `The script has ${play.length} replies.` } as const;
    return play[number] ?? off;
  };
}

export interface ScriptedModel {
  readonly server: ModelServer;
  readonly play: (play: Script) => void;
  /** Completions it was asked for; looking at its list of models is none. */
  asked(): readonly RecordedRequest[];
  /** Configuration in which the agent runs on this server alone, as `test/m`. */
  readonly config: {
    readonly providers: Readonly<Record<string, unknown>>;
    readonly models: {
      readonly roles: Readonly<Record<string, readonly string[]>>;
      readonly catalog: Readonly<Record<string, unknown>>;
    };
  };
}

export interface ScriptedModelOptions extends ModelServerOptions {
  readonly accepts?: readonly string[];
}

/** A model behind Chat Completions that answers by script and ends with the test. */
export async function scriptedModel(
  t: TestContext,
  play: Script = [],
  options: ScriptedModelOptions = {},
): Promise<ScriptedModel> {
  const { accepts = ['text'], ...served } = options;
  const stage = new Stage(play);
  const server = await startChatCompletionsServer(stage.reply, served);
  t.after(() => server.close());
  return {
    server,
    play: (next) => stage.play(next),
    asked: () => server.requests.filter(({ method }) => method === 'POST'),
    config: {
      providers: { test: { type: 'openai-compatible', baseUrl: `${server.origin}/v1` } },
      models: { roles: { agent: ['test/m'] }, catalog: { 'test/m': catalogued(accepts) } },
    },
  };
}

/** What an operator says of a model that the built-in table does not know. */
export function catalogued(accepts: readonly string[] = ['text']) {
  return { contextWindow: 32_000, maxOutputTokens: 1_000, tools: true, accepts, price: PRICE };
}
