import type { CheckPolicyResult, PolicyView, TestPolicyResult } from '@bakerst/shared/api/guard';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { asApiError } from '../api/api-error.ts';
import { policyQuery } from '../api/guard-queries.ts';
import { request } from '../api/request.ts';

/** A changed text: checked, tried against what was recorded, saved if nobody else saved meanwhile. */
export function usePolicyTrial(policy: PolicyView) {
  const client = useQueryClient();
  const [text, setText] = useState(policy.text);
  /** The text the person began from: only over that one may the new text be saved. */
  const [base, setBase] = useState(policy.hash);
  const check = useMutation({
    mutationFn: (json: { text: string }) =>
      request<CheckPolicyResult>('policy/check', { method: 'POST', json }),
  });
  const test = useMutation({
    mutationFn: (json: { text: string; conversations: number }) =>
      request<TestPolicyResult>('policy/test', { method: 'POST', json }),
  });
  const save = useMutation({
    mutationFn: (json: { text: string; expectedHash: string }) =>
      request<PolicyView>('policy', { method: 'PUT', json }),
    // Whoever writes on goes on from what they saved themselves.
    onSuccess: (saved) => {
      client.setQueryData(policyQuery.queryKey, saved);
      setBase(saved.hash);
    },
    onSettled: () => client.invalidateQueries({ queryKey: policyQuery.queryKey }),
  });
  const status = save.error ? asApiError(save.error).status : 0;
  return {
    text,
    base,
    check,
    test,
    save,
    changed: text !== policy.text,
    /** Somebody else changed the policy while this text was written. */
    overtaken: base !== policy.hash || status === 409 || status === 412,
    write: (next: string) => {
      setText(next);
      check.reset();
      test.reset();
      save.reset();
    },
    /** Goes on from what is in force now, with the text as it was written. */
    rebase: () => {
      setBase(policy.hash);
      save.reset();
    },
    restart: () => {
      setText(policy.text);
      setBase(policy.hash);
      check.reset();
      test.reset();
      save.reset();
    },
  };
}

export type PolicyTrial = ReturnType<typeof usePolicyTrial>;
