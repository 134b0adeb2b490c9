import { useVirtualizer } from '@tanstack/react-virtual';
import type { ReactNode, RefObject } from 'react';

export interface VirtualRowsProps {
  readonly count: number;
  readonly scroller: RefObject<HTMLElement | null>;
  readonly keyOf: (at: number) => string;
  readonly draw: (at: number) => ReactNode;
}

const ROW_PX = 34;

/** Draws only the rows in view. */
export function VirtualRows({ count, scroller, keyOf, draw }: VirtualRowsProps) {
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    getItemKey: keyOf,
  });
  return (
    <ul className="virtual" aria-label="Conversations" style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map((item) => (
        <li key={item.key} style={{ transform: `translateY(${item.start}px)`, height: item.size }}>
          {draw(item.index)}
        </li>
      ))}
    </ul>
  );
}
