import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

export interface ThreadScroll {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly atBottom: boolean;
  readonly toBottom: () => void;
}

const NEAR_PX = 48;

/**
 * Follows the end of the thread only while the reader is there; a reader who scrolled up stays where they are, also when
 * older turns are put above (`first` changes).
 */
export function useThreadScroll(first: string | undefined): ThreadScroll {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const [atBottom, setAtBottom] = useState(true);
  const toBottom = useCallback(() => {
    follows.current = true;
    setAtBottom(true);
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, []);
  useFollowing({ scroller, content, follows, setAtBottom });
  useKeepPlace(scroller, first, follows);
  return { scroller, content, atBottom, toBottom };
}

interface Following {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly follows: RefObject<boolean>;
  readonly setAtBottom: (at: boolean) => void;
}

function useFollowing({ scroller, content, follows, setAtBottom }: Following): void {
  useLayoutEffect(() => {
    const element = scroller.current;
    const inner = content.current;
    if (element === null || inner === null) return undefined;
    let lastTop = element.scrollTop;
    const look = (): void => {
      const left = element.scrollHeight - element.scrollTop - element.clientHeight;
      // Growing content never moves the reader up: only the reader does.
      if (left < NEAR_PX) follows.current = true;
      else if (element.scrollTop < lastTop - 1) follows.current = false;
      lastTop = element.scrollTop;
      setAtBottom(follows.current);
    };
    const stick = new ResizeObserver(() => {
      if (follows.current) element.scrollTop = element.scrollHeight;
      else look();
    });
    // What the reader opens is what the reader wants to see: it must not run away from under the pointer.
    const onOpen = ({ target }: Event): void => {
      if (target instanceof Element && target.closest('[aria-expanded]') !== null) follows.current = false;
    };
    stick.observe(inner);
    stick.observe(element);
    element.scrollTop = element.scrollHeight;
    element.addEventListener('scroll', look, { passive: true });
    inner.addEventListener('click', onOpen, { capture: true });
    return () => {
      stick.disconnect();
      element.removeEventListener('scroll', look);
      inner.removeEventListener('click', onOpen, { capture: true });
    };
  }, [scroller, content, follows, setAtBottom]);
}

/** Browsers that anchor scrolling keep the place by themselves, except at the very top. */
function useKeepPlace(
  scroller: RefObject<HTMLDivElement | null>,
  first: string | undefined,
  follows: RefObject<boolean>,
): void {
  const before = useRef({ first, fromEnd: 0, top: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const anchors = CSS.supports('overflow-anchor', 'auto') && before.current.top > 1;
    if (before.current.first !== first && !follows.current && !anchors) {
      element.scrollTop = element.scrollHeight - before.current.fromEnd;
    }
    before.current.first = first;
  }, [scroller, first, follows]);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const note = (): void => {
      before.current.fromEnd = element.scrollHeight - element.scrollTop;
      before.current.top = element.scrollTop;
    };
    element.addEventListener('scroll', note, { passive: true });
    return () => element.removeEventListener('scroll', note);
  }, [scroller]);
}
