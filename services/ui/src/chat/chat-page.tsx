import type { AcceptedMessage } from '@bakerst/shared/api/conversations';
import type { MessagePart } from '@bakerst/shared/content';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { Navigate, useNavigate, useParams, useSearchParams } from 'react-router';
import { modelsQuery } from '../api/queries.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Skeleton } from '../parts/states.tsx';
import { useMe } from '../shell/session.tsx';
import { StopDialog } from '../stops/stop-dialog.tsx';
import { StopNote } from '../stops/stop-note.tsx';
import { useStops } from '../stops/use-stops.ts';
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
  const [stopping, setStopping] = useState(false);
  const stopTools = useCallback(() => setStopping(true), []);
  const loading = conversation !== undefined && thread.data === undefined;
  return (
    <div className="chat">
      <ChatHeader conversation={conversation} onStopTools={stopTools} />
      {conversation === undefined ? null : <ConversationStop conversation={conversation} />}
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
          onStopTools={stopTools}
          onRecordNext={opened.recordNext}
        />
      )}
      {recorded === undefined ? null : (
        <RecordSheet turn={recorded} onClose={() => setParams({}, { replace: true })} />
      )}
      {stopping && conversation !== undefined ? (
        <StopDialog
          stop={{ scope: 'conversation', target: conversation }}
          onClose={() => setStopping(false)}
        />
      ) : null}
    </div>
  );
}

/** Said where it holds: in the conversation whose tools do not run. */
function ConversationStop({ conversation }: { readonly conversation: string }) {
  const stops = useStops().filter(({ scope, target }) => scope === 'conversation' && target === conversation);
  return stops.map((stop) => <StopNote key={stop.id} stop={stop} />);
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
  const recordNext = useCallback((wanted: boolean) => {
    record.current = wanted;
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
  /** Whether the next message is shown with its record. */
  readonly onRecordNext: (wanted: boolean) => void;
  readonly onStopTools: () => void;
}

function Room({ conversation, thread, sender, onRecord, onRecordNext, onStopTools }: RoomProps) {
  const me = useMe();
  const models = useQuery(modelsQuery);
  const composer = useRef<ComposerHandle>(null);
  const model = useConversationModel(conversation);
  const stop = useStop(thread);
  const commands = useChatCommands(conversation, onStopTools);
  const { send } = sender;
  const chosen = conversation === undefined ? model.chosen : undefined;
  const sendParts = (parts: readonly MessagePart[]): void => send(parts, chosen);
  const sendRef = useRef(sendParts);
  sendRef.current = sendParts;
  const onRetry = useCallback((parts: readonly MessagePart[]) => sendRef.current(parts), []);
  const onEdit = useCallback((parts: readonly MessagePart[]) => composer.current?.put(draftOf(parts)), []);
  // A suggestion becomes the person's words only when they send it: it is put where it can be read and changed.
  const tryOut = (which: Suggestion, words: string): void => {
    onRecordNext(which === 'record');
    composer.current?.put({ words, extras: [] });
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
