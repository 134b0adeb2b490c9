import type { ModelRequest, ModelStreamEvent, Provider } from '@bakerst/shared/models';
import { createRedactor } from '@bakerst/shared/redact-secrets';
import {
  type Credential,
  type CredentialPolicy,
  type CredentialSource,
  credentialHint,
  readCredential,
} from './credential.ts';
import { parseComplaintText } from './error-body.ts';
import { ProviderError } from './errors.ts';
import { createHttpDoor, type HttpDoor } from './http-door.ts';
import type { HttpReply } from './http-exchange.ts';
import { refusalError } from './provider-refusal.ts';
import { readJsonReply, readReplyText } from './reply-text.ts';
import { retryAfterMs } from './retry-after.ts';
import { DEFAULT_REPLY_LIMITS, type ReplyLimits, serverSentEvents } from './server-sent-events.ts';
import { wellFormedJson } from './well-formed-json.ts';
import type { WireFormat } from './wire-format.ts';

export interface HttpProviderOptions {
  /** The provider's name in the settings: the part of a model's name before the first slash. */
  readonly name: string;
  /** Where the endpoint is; each type has a default, except openai-compatible. */
  readonly baseUrl?: string;
  readonly idleTimeoutMs: number;
  readonly credential: CredentialSource;
  /** Sent with every call; treated as secret. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly limits?: ReplyLimits;
  /** Epoch milliseconds; for `Retry-After` given as a date. */
  readonly now?: () => number;
}

/** A provider that holds connections. */
export interface HttpProvider extends Provider {
  /** Ends running calls and closes every connection. */
  close(): Promise<void>;
}

const MOST_MODEL_PAGES = 20;

export function createHttpProvider(
  options: HttpProviderOptions,
  wire: WireFormat,
  policy: CredentialPolicy,
): HttpProvider {
  const door = createHttpDoor(options.idleTimeoutMs);
  const call: CallParts = { options, wire, policy, door };
  return {
    name: options.name,
    stream: (request, signal) => streamAnswer(call, request, signal),
    listModels: (signal) => listModels(call, signal),
    close: () => door.close(),
  };
}

interface CallParts {
  readonly options: HttpProviderOptions;
  readonly wire: WireFormat;
  readonly policy: CredentialPolicy;
  readonly door: HttpDoor;
}

async function* streamAnswer(
  parts: CallParts,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelStreamEvent> {
  signal.throwIfAborted();
  const { options, wire, policy, door } = parts;
  const credential = await readCredential(options.credential, policy);
  const reader = wire.reader(request);
  const headers = { ...requestHeaders(parts, credential), accept: 'text/event-stream' };
  let reply: HttpReply | undefined;
  try {
    const body = wellFormedJson(wire.body(request));
    reply = await door.open({ method: 'POST', url: wire.chatUrl(), headers, body }, signal);
    await requireEventStream(parts, reply, request.model);
    for await (const batch of serverSentEvents(reply.chunks(), options.limits ?? DEFAULT_REPLY_LIMITS)) {
      for (const data of batch) {
        yield* reader.read(data);
        if (reader.state() !== 'complete') continue;
        reply.discard();
        yield reader.end();
        return;
      }
    }
    if (reader.state() !== 'may_end') throw cutStream(options.name, reader.partial() === undefined);
    yield reader.end();
  } catch (error) {
    // Whatever broke because of the abort, its reason is what the caller gets.
    signal.throwIfAborted();
    throw describe(error, redactor(parts, credential)).withPartial(reader.partial());
  } finally {
    reply?.abort();
  }
}

async function listModels(parts: CallParts, signal: AbortSignal): Promise<readonly string[]> {
  signal.throwIfAborted();
  const { options, wire, policy, door } = parts;
  const credential = await readCredential(options.credential, policy);
  const headers = { ...requestHeaders(parts, credential), accept: 'application/json' };
  const ids: string[] = [];
  try {
    let url: URL | undefined = wire.modelsUrl();
    for (let page = 0; url !== undefined && page < MOST_MODEL_PAGES; page++) {
      const reply = await door.open({ method: 'GET', url, headers }, signal);
      const found = wire.readModels(await readModelsReply(parts, reply));
      if (found === undefined) throw notAModelList(options.name);
      ids.push(...found.ids);
      url = found.next;
    }
    return ids;
  } catch (error) {
    signal.throwIfAborted();
    throw describe(error, redactor(parts, credential));
  }
}

async function readModelsReply(parts: CallParts, reply: HttpReply): Promise<unknown> {
  if (reply.status === 200) return readJsonReply(reply, parts.options.name);
  throw await refusalOf(parts, reply, undefined);
}

/** A 200 that is not an event stream is an error in JSON (OpenRouter), or no model server at all. */
async function requireEventStream(parts: CallParts, reply: HttpReply, model: string): Promise<void> {
  const type = String(reply.headers['content-type'] ?? '');
  const isStream = type === '' || type.includes('text/event-stream');
  if (reply.status === 200 && isStream) return;
  throw await refusalOf(parts, reply, model);
}

async function refusalOf(
  parts: CallParts,
  reply: HttpReply,
  model: string | undefined,
): Promise<ProviderError> {
  const { options, policy } = parts;
  const excerpt = await readReplyText(reply);
  const complaint = parseComplaintText(excerpt);
  if (reply.status < 300 && complaint === undefined) return notAStream(options.name, reply);
  return refusalError({
    provider: options.name,
    ...(model === undefined ? {} : { model }),
    credentialHint: credentialHint(policy),
    status: reply.status,
    retryAfterMs: retryAfterMs(reply.headers, (options.now ?? Date.now)()),
    complaint,
    excerpt,
  });
}

function requestHeaders(parts: CallParts, credential: Credential | undefined): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'bakerst',
    ...parts.options.headers,
    ...parts.wire.headers(credential),
  };
}

function redactor(parts: CallParts, credential: Credential | undefined): (text: string) => string {
  const secrets = Object.values(parts.options.headers ?? {});
  return createRedactor(credential === undefined ? secrets : [credential.value, ...secrets]);
}

/** Everything that leaves this package is a `ProviderError` whose text was redacted. */
function describe(error: unknown, redact: (text: string) => string): ProviderError {
  if (!(error instanceof ProviderError)) throw error;
  const { code, remedy, retryable, cause, retryAfterMs: wait, status } = error;
  const message = redact(error.message);
  return new ProviderError({ code, message, remedy, retryable, cause, retryAfterMs: wait, status });
}

/** llama-cpp-python closes an empty stream where the prompt is longer than its context. */
function cutStream(provider: string, empty: boolean): ProviderError {
  return new ProviderError({
    code: 'provider_unreachable',
    message: `${provider} ended its answer before ${empty ? 'it had begun' : 'the end mark'}.`,
    remedy: empty
      ? 'Try again; look into the log of the server, and set `contextWindow` of the model to what it is run with.'
      : 'Try again; if it happens often, look at the proxy between here and the provider.',
    retryable: true,
  });
}

function notAStream(provider: string, reply: HttpReply): ProviderError {
  const type = String(reply.headers['content-type'] ?? 'no content type');
  return new ProviderError({
    code: 'provider_malformed',
    message: `${provider} answered ${reply.status} with ${type} instead of an event stream.`,
    remedy: 'Check `baseUrl` of the provider: another program or a proxy answers there.',
    status: reply.status,
  });
}

function notAModelList(provider: string): ProviderError {
  return new ProviderError({
    code: 'provider_malformed',
    message: `${provider} did not answer with a list of models.`,
    remedy: 'Check `baseUrl` of the provider.',
  });
}
