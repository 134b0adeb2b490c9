import type {
  AcceptServerRequest,
  CallExplanation,
  CheckPolicyResult,
  PolicyHistory,
  PolicyView,
  ServerReview,
  TestPolicyResult,
} from '@bakerst/shared/api/guard';
import type { Access } from '@bakerst/shared/identity';
import type { z } from 'zod';

/** The policy for people: read, checked, tried on the past, changed. Rejects with `PolicyErrorCode`. */
export interface PolicyService {
  view(): PolicyView;
  check(text: string): CheckPolicyResult;
  /** Replays one's own newest conversations. Without a text: under the policy in force. */
  test(
    access: Access,
    request: { readonly text?: string; readonly conversations: number },
  ): Promise<TestPolicyResult>;
  /** Writes the file and puts it in force, if the policy is still the one with `expectedHash`. */
  replace(
    access: Access,
    request: { readonly expectedHash: string; readonly text: string },
  ): Promise<PolicyView>;
  history(limit: number): z.infer<typeof PolicyHistory>;
  /** Why one of one's own calls was decided as it was. Without the turn, the newest conversations are searched. */
  explain(access: Access, call: string, turn?: string): Promise<CallExplanation>;
  review(server: string): ServerReview;
  /** Writes what was accepted into the policy, if each tool is still what was looked at. */
  accept(access: Access, server: string, request: AcceptServerRequest): Promise<PolicyView>;
}
