import type { GuardRequest, Stop } from '@bakerst/shared/guard';

/** The stop that holds a tool back in this request, if there is one. A tool of an API client has no server. */
export function stopInForce(
  request: Pick<GuardRequest, 'stops' | 'conversation'>,
  { tool, server }: { readonly tool: string; readonly server?: string },
): Stop | undefined {
  return request.stops.find(
    ({ scope, target }) =>
      scope === 'everything' ||
      (scope === 'conversation' && target === request.conversation) ||
      (scope === 'tool' && target === tool) ||
      (scope === 'server' && target === server),
  );
}
