/** Every page behind the login, and the heading by which one knows that it is there. */
export const PAGES = [
  { path: '/approvals', heading: 'Approvals' },
  { path: '/models', heading: 'Models' },
  { path: '/tools', heading: 'Tools' },
  { path: '/policy', heading: 'Policy' },
  { path: '/settings', heading: 'Settings' },
  { path: '/access', heading: 'Access' },
  { path: '/system', heading: 'System' },
] as const;
