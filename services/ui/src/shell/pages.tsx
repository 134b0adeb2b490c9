import { Activity, Boxes, Hand, KeyRound, Scale, SlidersHorizontal, Wrench } from 'lucide-react';
import type { ReactNode } from 'react';

export interface PageLink {
  readonly path: string;
  readonly name: string;
  readonly icon: ReactNode;
}

/** The rooms beside the chat, in the sidebar and in the palette. */
export const PAGES: readonly PageLink[] = [
  { path: '/approvals', name: 'Approvals', icon: <Hand size={16} /> },
  { path: '/models', name: 'Models', icon: <Boxes size={16} /> },
  { path: '/tools', name: 'Tools', icon: <Wrench size={16} /> },
  { path: '/policy', name: 'Policy', icon: <Scale size={16} /> },
  { path: '/settings', name: 'Settings', icon: <SlidersHorizontal size={16} /> },
  { path: '/access', name: 'Access', icon: <KeyRound size={16} /> },
  { path: '/system', name: 'System', icon: <Activity size={16} /> },
];
