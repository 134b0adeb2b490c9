import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { conversationQuery } from '../api/queries.ts';
import { request } from '../api/request.ts';

/** The model of this conversation: kept on the server once there is one, until then only here. */
export function useConversationModel(conversation: string | undefined) {
  const client = useQueryClient();
  const [before, setBefore] = useState<string>();
  const stored = useQuery({ ...conversationQuery(conversation ?? ''), enabled: conversation !== undefined });
  const onChoose = (model: string | undefined): void => {
    setBefore(model);
    if (conversation === undefined) return;
    const { queryKey } = conversationQuery(conversation);
    client.setQueryData(queryKey, (old) => {
      if (old === undefined) return old;
      const { model: _, ...rest } = old;
      return model === undefined ? rest : { ...rest, model };
    });
    void request(`conversations/${conversation}`, {
      method: 'PATCH',
      json: { model: model ?? null },
    }).finally(() => client.invalidateQueries({ queryKey }));
  };
  return { chosen: conversation === undefined ? before : stored.data?.model, onChoose };
}
