import { useMutation } from '@tanstack/react-query';
import { request } from '../api/request.ts';
import type { Thread } from '../turn/thread.ts';

/** The turn that runs now, or waits, and how to stop it. */
export function useStop(thread: Thread) {
  const turn = thread.turns.find(
    (one) => OPEN.has(one.status) && one.steps.at(-1)?.step.type !== 'turn_ended',
  )?.id;
  const cancel = useMutation({
    mutationFn: (id: string) => request(`turns/${id}/cancel`, { method: 'POST' }),
  });
  return {
    turn,
    stopping: cancel.isPending && cancel.variables === turn,
    stop: () => {
      if (turn !== undefined) cancel.mutate(turn);
    },
  };
}

const OPEN: ReadonlySet<string> = new Set(['queued', 'running', 'parked']);
