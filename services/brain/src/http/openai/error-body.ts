import type { Problem } from '@bakerst/shared/api/problem';

/** Our problem in the shape that OpenAI clients read; `remedy` and `request` are additions they ignore. */
export interface OpenAiErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly code: string;
    readonly param: string | null;
    readonly remedy: string;
    readonly request?: string;
  };
}

export function openAiErrorBody(problem: Problem): OpenAiErrorBody {
  return {
    error: {
      message: `${problem.detail} ${problem.remedy}`,
      type: errorType(problem.status),
      code: problem.code,
      param: problem.errors?.[0]?.path || null,
      remedy: problem.remedy,
      ...(problem.request ? { request: problem.request } : {}),
    },
  };
}

function errorType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
