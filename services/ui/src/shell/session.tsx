import type { Me } from '@bakerst/shared/api/auth';
import type { Scope } from '@bakerst/shared/identity';
import { createContext, useContext } from 'react';
import type { LinkState } from '../api/follow.ts';

/** Who is signed in; present on every page behind the login. */
export const MeContext = createContext<Me | undefined>(undefined);

export function useMe(): Me {
  const me = useContext(MeContext);
  if (me === undefined) throw new Error('useMe is for pages behind the login');
  return me;
}

export function useMay(scope: Scope): boolean {
  return useMe().scopes.includes(scope);
}

export const LinkContext = createContext<LinkState>({ kind: 'connecting' });
