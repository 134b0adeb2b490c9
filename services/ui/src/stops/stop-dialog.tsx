import { type FormEvent, useState } from 'react';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { type NewStop, useMakeStop } from './use-stops.ts';

export interface StopDialogProps {
  readonly stop: Pick<NewStop, 'scope' | 'target'>;
  readonly onClose: () => void;
}

const TITLES: Record<NewStop['scope'], (target: string) => string> = {
  everything: () => 'Stop all tools?',
  conversation: () => 'Stop the tools of this conversation?',
  tool: (target) => `Stop ${target}?`,
  server: (target) => `Stop the tools of ${target}?`,
};

const WHAT: Record<NewStop['scope'], string> = {
  everything:
    'What runs is cut off, and answers that are being written end with what they wait for. New messages are answered without tools, for everybody, until it is lifted.',
  conversation:
    'What runs here is cut off, and the answer ends with what it waits for. New messages are answered without tools until you lift it.',
  tool: 'It is cut off where it runs, and refused for everybody until it is lifted.',
  server:
    'What runs of it is cut off, and its tools are refused for everybody until it is lifted. The server stays up.',
};

/** The kill switch asks once, because it holds everybody up; it can always be lifted again. */
export function StopDialog({ stop, onClose }: StopDialogProps) {
  const [reason, setReason] = useState('');
  const make = useMakeStop(onClose);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const said = reason.trim();
    make.mutate(said === '' ? stop : { ...stop, reason: said });
  };
  return (
    <Dialog title={TITLES[stop.scope](stop.target)} open onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <p className="muted">{WHAT[stop.scope]} What was done already is not undone.</p>
        <Field label="Why" hint="If you like; whoever meets the stop reads it.">
          <input
            className="input"
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </Field>
        {make.error ? <ProblemNote error={make.error} /> : null}
        <div className="row end">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="danger" busy={make.isPending}>
            Stop
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
