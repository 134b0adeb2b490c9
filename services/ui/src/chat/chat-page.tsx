import type { AcceptedMessage } from '@bakerst/shared/api/conversations';
import type { MessagePart } from '@bakerst/shared/content';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { Navigate, useNavigate, useParams, useSearchParams } from 'react-router';
import { modelsQuery } from '../api/queries.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Skeleton } from '../parts/states.tsx';
import { useMe } from '../shell/session.tsx';
import { type Thread, threadQuery } from '../turn/thread.ts';
import { Announcer } from './announcer.tsx';
import { ChatHeader } from './chat-header.tsx';
import { Composer, type ComposerHandle } from './composer.tsx';
import { draftOf } from './draft.ts';
import { EmptyChat, type Suggestion } from './empty-chat.tsx';
import { ModelPicker } from './model-picker.tsx';
import { RecordSheet } from './record-sheet.tsx';
import { ThreadView } from './thread-view.tsx';
import { useChatCommands } from './use-chat-commands.ts';
import { useConversationModel } from './use-conversation-model.ts';
import { type Sender, useSend } from './use-send.ts';
import { useStop } from './use-stop.ts';

const NO_TURNS: Thread = { turns: [] };

/** `/chat` begins a conversation, `/chat/:conversation` continues one; `?record=` opens the record of a turn. */
export function ChatPage() {
  const { conversation } = useParams();
  if (conversation !== undefined && !/^conv_[\w-]{1,60}$/.test(conversation))
    return <Navigate to="/chat" replace />;
  return <Chat conversation={conversation} />;
}

function Chat({ conversation }: { readonly conversation: string | undefined }) {
  const client = useQueryClient();
  const thread = useQuery({
    ...threadQuery(client, conversation ?? ''),
    enabled: conversation !== undefined,
  });
  const opened = useOpened(conversation);
  const sender = useSend(conversation, opened.onAccepted);
  const [params, setParams] = useSearchParams();
  const recorded = thread.data?.turns.find((turn) => turn.id === params.get('record'));
  const openRecord = useCallback(
    (turn: string) => setParams({ record: turn }, { replace: true }),
    [setParams],
  );
  const loading = conversation !== undefined && thread.data === undefined;
  return (
    <div className="chat">
      <ChatHeader conversation={conversation} />
      {loading ? (
        <div className="thread thread-content">
          {thread.error ? (
            <ProblemNote error={thread.error} onRetry={() => void thread.refetch()} />
          ) : (
            <Skeleton lines={6} label="Loading the conversation" />
          )}
        </div>
      ) : (
        <Room
          key={opened.room}
          conversation={conversation}
          thread={(conversation === undefined ? undefined : thread.data) ?? NO_TURNS}
          sender={sender}
          onRecord={openRecord}
          onRecordNext={opened.recordNext}
        />
      )}
      {recorded === undefined ? null : (
        <RecordSheet turn={recorded} onClose={() => setParams({}, { replace: true })} />
      )}
    </div>
  );
}

/** A new conversation gets its address with its first message, without being drawn anew. */
function useOpened(conversation: string | undefined) {
  const navigate = useNavigate();
  const record = useRef(false);
  const [fresh, setFresh] = useState<string>();
  const onAccepted = useCallback(
    (accepted: AcceptedMessage) => {
      const search = record.current ? `?record=${accepted.turn.id}` : '';
      record.current = false;
      if (conversation === undefined) setFresh(accepted.conversation);
      if (conversation === undefined || search !== '') {
        void navigate(`/chat/${accepted.conversation}${search}`, { replace: conversation !== undefined });
      }
    },
    [navigate, conversation],
  );
  const recordNext = useCallback(() => {
    record.current = true;
  }, []);
  const [room, setRoom] = useState({ key: 0, conversation });
  if (room.conversation !== conversation) {
    const grew = room.conversation === undefined && conversation === fresh;
    setRoom({ key: grew ? room.key : room.key + 1, conversation });
  }
  return { onAccepted, recordNext, room: room.key };
}

interface RoomProps {
  readonly conversation: string | undefined;
  readonly thread: Thread;
  readonly sender: Sender;
  readonly onRecord: (turn: string) => void;
  readonly onRecordNext: () => void;
}

function Room({ conversation, thread, sender, onRecord, onRecordNext }: RoomProps) {
  const me = useMe();
  const models = useQuery(modelsQuery);
  const composer = useRef<ComposerHandle>(null);
  const model = useConversationModel(conversation);
  const stop = useStop(thread);
  const commands = useChatCommands(conversation);
  const { send } = sender;
  const chosen = conversation === undefined ? model.chosen : undefined;
  const sendParts = (parts: readonly MessagePart[]): void => send(parts, chosen);
  const sendRef = useRef(sendParts);
  sendRef.current = sendParts;
  const onRetry = useCallback((parts: readonly MessagePart[]) => sendRef.current(parts), []);
  const onEdit = useCallback((parts: readonly MessagePart[]) => composer.current?.put(draftOf(parts)), []);
  const tryOut = (which: Suggestion, words: string): void => {
    if (which === 'record') onRecordNext();
    sendParts([{ type: 'words', text: words }]);
  };
  const box = (
    <Composer
      ref={composer}
      slot={conversation ?? 'new'}
      agentName={me.agentName}
      running={stop.turn !== undefined}
      stopping={stop.stopping}
      picker={<ModelPicker {...model} />}
      commands={commands}
      onSend={sendParts}
      onStop={stop.stop}
    />
  );
  if (thread.turns.length === 0 && sender.pending.length === 0) {
    const demo = models.data?.roles.agent?.[0]?.startsWith('demo/') ?? false;
    return (
      <div className="chat-empty">
        <EmptyChat agentName={me.agentName} demo={demo} onTry={tryOut} />
        <div className="dock">{box}</div>
      </div>
    );
  }
  const rows = { onRetry, onEdit, onRecord };
  return (
    <>
      <ThreadView conversation={conversation} thread={thread} sender={sender} composer={box} {...rows} />
      <Announcer thread={thread} agentName={me.agentName} />
    </>
  );
}
