import { CodedError, type CodedErrorFields } from '@bakerst/shared/coded-error';

export type BusErrorCode =
  /** The identity may not publish or subscribe there. */
  'bus_forbidden';

export function busError(fields: CodedErrorFields<BusErrorCode>): CodedError<BusErrorCode> {
  return new CodedError(fields);
}
