import type { Problem } from '@bakerst/shared/api/problem';

/** Every failed request: what happened and what to do, in the server's words wherever it answered. */
export class ApiError extends Error {
  readonly code: string;
  readonly remedy: string;
  readonly status: number;
  readonly fields: NonNullable<Problem['errors']>;
  readonly request: string | undefined;

  constructor(
    problem: Pick<Problem, 'code' | 'detail' | 'remedy' | 'status'> & Partial<Problem>,
    cause?: unknown,
  ) {
    super(problem.detail, cause === undefined ? undefined : { cause });
    this.name = 'ApiError';
    this.code = problem.code;
    this.remedy = problem.remedy;
    this.status = problem.status;
    this.fields = problem.errors ?? [];
    this.request = problem.request;
  }
}

export function offline(cause: unknown): ApiError {
  return new ApiError(
    {
      code: 'no_connection',
      status: 0,
      detail: 'The server does not answer.',
      remedy: 'Check that it still runs (`npm start`) and that you are connected to its network.',
    },
    cause,
  );
}

/** Reads the problem of a failed answer; a proxy in between may have sent anything. */
export async function readProblem(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => undefined);
  if (isProblem(body)) return new ApiError(body);
  return new ApiError({
    code: 'unexpected_answer',
    status: response.status,
    detail: `The server answered ${response.status} without saying why.`,
    remedy: 'Look at its log; something between this page and the server may have answered instead.',
  });
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body && 'remedy' in body;
}

/** What to tell a person of anything that was thrown. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new ApiError(
    {
      code: 'console_error',
      status: 0,
      detail,
      remedy: 'Reload the page; if it happens again, it is a defect of the console.',
    },
    error,
  );
}
