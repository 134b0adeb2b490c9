import type { ModelRequest, ModelStreamEvent } from '@bakerst/shared/models';
import type { Credential } from './credential.ts';
import type { PartialAnswer } from './errors.ts';

/** One of the two ways model servers speak. Pure: `http-provider.ts` moves the bytes. */
export interface WireFormat {
  chatUrl(): URL;
  headers(credential: Credential | undefined): Record<string, string>;
  body(request: ModelRequest): unknown;
  reader(request: ModelRequest): AnswerReader;
  /** First page of the model list, and how to read one. */
  modelsUrl(): URL;
  readModels(body: unknown): ModelPage | undefined;
}

export interface ModelPage {
  readonly ids: readonly string[];
  readonly next?: URL;
}

/** Folds the events of one answer. Throws `ProviderError` for an event that says or is an error. */
export interface AnswerReader {
  /** Takes the `data` of one event and returns what became known by it. */
  read(data: string): readonly ModelStreamEvent[];
  /** `complete`: the end mark was seen. `may_end`: the answer is whole if the connection closes cleanly here. */
  state(): 'open' | 'may_end' | 'complete';
  end(): ModelStreamEvent;
  /** What had arrived; undefined before the first event. */
  partial(): PartialAnswer | undefined;
}
