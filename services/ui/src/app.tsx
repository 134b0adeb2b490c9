import { lazy, Suspense } from 'react';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';
import { Skeleton } from './parts/states.tsx';
import { Shell } from './shell/shell.tsx';

const ChatPage = lazy(async () => ({ default: (await import('./chat/chat-page.tsx')).ChatPage }));
const LoginPage = lazy(async () => ({ default: (await import('./pages/login-page.tsx')).LoginPage }));
const ModelsPage = lazy(async () => ({ default: (await import('./pages/models-page.tsx')).ModelsPage }));
const ToolsPage = lazy(async () => ({ default: (await import('./pages/tools-page.tsx')).ToolsPage }));
const ApprovalsPage = lazy(async () => ({
  default: (await import('./approvals/approvals-page.tsx')).ApprovalsPage,
}));
const PolicyPage = lazy(async () => ({ default: (await import('./policy/policy-page.tsx')).PolicyPage }));
const SettingsPage = lazy(async () => ({
  default: (await import('./pages/settings-page.tsx')).SettingsPage,
}));
const AccessPage = lazy(async () => ({ default: (await import('./pages/access-page.tsx')).AccessPage }));
const SystemPage = lazy(async () => ({ default: (await import('./pages/system-page.tsx')).SystemPage }));

export function App() {
  return (
    <BrowserRouter>
      <Suspense
        fallback={
          <main className="alone">
            <Skeleton lines={3} />
          </main>
        }
      >
        <Routes>
          <Route path="/login" element={<LoginPage />} />
          <Route element={<Shell />}>
            <Route path="/chat/:conversation?" element={<ChatPage />} />
            <Route path="/approvals/:place?" element={<ApprovalsPage />} />
            <Route path="/policy" element={<PolicyPage />} />
            <Route path="/models" element={<ModelsPage />} />
            <Route path="/tools" element={<ToolsPage />} />
            <Route path="/settings" element={<SettingsPage />} />
            <Route path="/access" element={<AccessPage />} />
            <Route path="/system" element={<SystemPage />} />
            <Route path="*" element={<Navigate to="/chat" replace />} />
          </Route>
        </Routes>
      </Suspense>
    </BrowserRouter>
  );
}
