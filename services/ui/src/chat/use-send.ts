import type { AcceptedMessage, SendMessageRequest } from '@bakerst/shared/api/conversations';
import type { MessagePart } from '@bakerst/shared/content';
import { useQueryClient } from '@tanstack/react-query';
import { startTransition, useCallback, useState } from 'react';
import { type ApiError, asApiError } from '../api/api-error.ts';
import { approvalsQuery, conversationsQuery } from '../api/queries.ts';
import { newKey, request } from '../api/request.ts';
import { putTurn, type Thread } from '../turn/thread.ts';
import { requestParts } from './draft.ts';

/** A message that the server has not accepted yet. */
export interface PendingMessage {
  /** Also the Idempotency-Key: sent again, it is the same message. */
  readonly key: string;
  readonly conversation: string | undefined;
  readonly parts: readonly MessagePart[];
  readonly model?: string;
  readonly error?: ApiError;
}

export interface Sender {
  readonly pending: readonly PendingMessage[];
  readonly send: (parts: readonly MessagePart[], model?: string) => void;
  readonly retry: (message: PendingMessage) => void;
  readonly drop: (message: PendingMessage) => void;
}

export function useSend(
  conversation: string | undefined,
  onAccepted: (accepted: AcceptedMessage) => void,
): Sender {
  const client = useQueryClient();
  const [pending, setPending] = useState<readonly PendingMessage[]>([]);
  const post = useCallback(
    async (message: PendingMessage) => {
      setPending((all) => [...all.filter((one) => one.key !== message.key), message]);
      try {
        const accepted = await postMessage(message);
        client.setQueryData<Thread>(['thread', accepted.conversation], (thread) =>
          putTurn(thread, { ...accepted.turn, steps: [], echo: message.parts }),
        );
        const drop = (): void => setPending((all) => all.filter((one) => one.key !== message.key));
        void client.invalidateQueries({ queryKey: conversationsQuery.queryKey });
        if (accepted.withdrawnApprovals.length > 0) void client.invalidateQueries(approvalsQuery);
        onAccepted(accepted);
        // A first message stays until its conversation is navigated to, or the empty chat would flash in between.
        if (message.conversation === undefined) startTransition(drop);
        else drop();
      } catch (thrown) {
        const failed = { ...message, error: asApiError(thrown) };
        setPending((all) => all.map((one) => (one.key === message.key ? failed : one)));
      }
    },
    [client, onAccepted],
  );
  return {
    pending: pending.filter((message) => message.conversation === conversation),
    send: (parts, model) =>
      void post({ key: newKey(), conversation, parts, ...(model === undefined ? {} : { model }) }),
    retry: ({ error: _, ...message }) => void post(message),
    drop: (message) => setPending((all) => all.filter((one) => one.key !== message.key)),
  };
}

function postMessage({ key, conversation, parts, model }: PendingMessage): Promise<AcceptedMessage> {
  const json: SendMessageRequest = {
    parts: requestParts(parts),
    ...(conversation === undefined ? {} : { conversation }),
    ...(model === undefined ? {} : { model }),
  };
  return request('messages', { method: 'POST', json, headers: { 'idempotency-key': key } });
}
