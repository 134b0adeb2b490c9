import type { RuntimeConfigVersion } from '@bakerst/shared/api/system';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { asApiError } from '../api/api-error.ts';
import { request } from '../api/request.ts';

type RuntimeConfig = RuntimeConfigVersion['value'];

/** Replaces the runtime configuration if nobody else did meanwhile; `conflict` says that somebody did. */
export function useReplaceRuntime() {
  const client = useQueryClient();
  const replace = useMutation({
    mutationFn: ({ from, value }: { from: RuntimeConfigVersion; value: RuntimeConfig }) =>
      request('config/runtime', { method: 'PUT', json: { expectedVersion: from.version, value } }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['config'] }),
        client.invalidateQueries({ queryKey: ['models'] }),
        client.invalidateQueries({ queryKey: ['me'] }),
      ]),
  });
  const status = replace.error ? asApiError(replace.error).status : 0;
  return { ...replace, conflict: status === 409 || status === 412 };
}
