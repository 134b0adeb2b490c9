import { Scale } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Dialog } from '../parts/dialog.tsx';
import { Skeleton } from '../parts/states.tsx';

const Explanation = lazy(async () => ({ default: (await import('../guard/explanation.tsx')).Explanation }));

/** Opens the verdict made again from the record, with everything it rests on. */
export function Why({ call, turn }: { readonly call: string; readonly turn: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="link-button" onClick={() => setOpen(true)}>
        <Scale size={14} aria-hidden="true" /> Show the rules, the values and their origins
      </button>
      {open ? (
        <Dialog title="Why" shape="sheet" open onClose={() => setOpen(false)}>
          <Suspense fallback={<Skeleton lines={8} />}>
            <Explanation call={call} turn={turn} />
          </Suspense>
        </Dialog>
      ) : null}
    </>
  );
}
