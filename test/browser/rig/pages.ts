/** Every page behind the login, and the heading by which one knows that it is there. */
export const PAGES = [
  { path: '/models', heading: 'Models' },
  { path: '/tools', heading: 'Tools' },
  { path: '/settings', heading: 'Settings' },
  { path: '/access', heading: 'Access' },
  { path: '/system', heading: 'System' },
] as const;
