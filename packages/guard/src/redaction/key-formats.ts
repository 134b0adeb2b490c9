import { isMixed } from './entropy.ts';

/** A credential that its issuer made recognisable. */
export interface KeyFormat {
  readonly kind: string;
  /** What it begins with; the gate looks for these words. */
  readonly starts: readonly string[];
  /**
   * What follows, sticky. Linear by its shape, which a test holds: single characters and classes, each with a bounded
   * count, of which only the last varies much.
   */
  readonly rest: RegExp;
  /** False for what only looks like it. */
  readonly test?: (key: string) => boolean;
}

const upTo = (kind: string, starts: readonly string[], rest: RegExp): KeyFormat => ({ kind, starts, rest });
/** Where the beginning is short or a word, letters and digits must be mixed. */
const mixed = (kind: string, starts: readonly string[], rest: RegExp): KeyFormat => ({
  kind,
  starts,
  rest,
  test: isMixed,
});

/** Longer beginnings before shorter ones: the first that begins so is the one that is meant. */
export const KEY_FORMATS: readonly KeyFormat[] = [
  upTo('anthropic key', ['sk-ant-'], /[A-Za-z0-9_-]{16,4000}/y),
  upTo('openrouter key', ['sk-or-'], /[A-Za-z0-9_-]{20,4000}/y),
  upTo('openai key', ['sk-proj-', 'sk-svcacct-', 'sk-admin-'], /[A-Za-z0-9_-]{20,4000}/y),
  mixed('langfuse key', ['sk-lf-'], /[A-Za-z0-9-]{20,4000}/y),
  mixed('openai key', ['sk-'], /[A-Za-z0-9_-]{20,4000}/y),
  upTo('baker street token', ['bst_', 'bss_', 'bsl_'], /[A-Za-z0-9_-]{43}/y),
  upTo('github token', ['github_pat_'], /[A-Za-z0-9_]{30,4000}/y),
  upTo('github token', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], /[A-Za-z0-9]{30,4000}/y),
  upTo(
    'gitlab token',
    ['glpat-', 'gldt-', 'glrt-', 'glcbt-', 'glptt-', 'glsoat-', 'glagent-', 'glft-', 'glimt-'],
    /[A-Za-z0-9_-]{20,4000}/y,
  ),
  upTo('bitbucket token', ['ATBB'], /[A-Za-z0-9]{28,4000}/y),
  upTo('atlassian token', ['ATATT3'], /[A-Za-z0-9_=-]{50,4000}/y),
  mixed(
    'slack token',
    ['xoxa-', 'xoxb-', 'xoxe-', 'xoxe.xox', 'xoxo-', 'xoxp-', 'xoxr-', 'xoxs-', 'xoxc-', 'xoxd-', 'xapp-'],
    /[A-Za-z0-9%.-]{10,4000}/y,
  ),
  upTo('slack webhook', ['hooks.slack.com/'], /[a-z]{8,9}\/[A-Za-z0-9+/]{20,4000}/y),
  upTo('discord webhook', ['discord.com/api/webhooks/'], /[0-9]{15,22}\/[A-Za-z0-9_-]{40,4000}/y),
  upTo('stripe key', ['sk_live_', 'rk_live_', 'sk_test_', 'rk_test_', 'whsec_'], /[A-Za-z0-9+/=]{16,4000}/y),
  upTo('google key', ['AIza'], /[A-Za-z0-9_-]{35}/y),
  upTo('google secret', ['GOCSPX-'], /[A-Za-z0-9_-]{20,4000}/y),
  upTo('google token', ['ya29.', '1//0'], /[A-Za-z0-9_-]{30,4000}/y),
  mixed('npm token', ['npm_'], /[A-Za-z0-9]{36,4000}/y),
  upTo('pypi token', ['pypi-AgE'], /[A-Za-z0-9_-]{50,4000}/y),
  upTo('rubygems key', ['rubygems_'], /[a-f0-9]{40,4000}/y),
  upTo('huggingface token', ['hf_', 'api_org_'], /[A-Za-z0-9]{30,4000}/y),
  upTo('docker token', ['dckr_pat_', 'dckr_oat_'], /[A-Za-z0-9_-]{20,4000}/y),
  upTo('sendgrid key', ['SG.'], /[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,4000}/y),
  upTo('twilio key', ['SK'], /[0-9a-f]{32}/y),
  upTo('mailgun key', ['key-'], /[0-9a-f]{32}/y),
  upTo('digitalocean token', ['dop_v1_', 'doo_v1_', 'dor_v1_'], /[a-f0-9]{40,4000}/y),
  upTo('shopify token', ['shpat_', 'shpca_', 'shppa_', 'shpss_'], /[A-Fa-f0-9]{30,4000}/y),
  upTo('square token', ['sq0atp-', 'sq0csp-', 'sq0idp-'], /[A-Za-z0-9_-]{20,4000}/y),
  upTo('databricks token', ['dapi'], /[a-f0-9]{32}/y),
  upTo('vault token', ['hvs.', 'hvb.', 'hvr.'], /[A-Za-z0-9_-]{24,4000}/y),
  upTo('groq key', ['gsk_'], /[A-Za-z0-9]{30,4000}/y),
  upTo('xai key', ['xai-'], /[A-Za-z0-9]{40,4000}/y),
  upTo('perplexity key', ['pplx-'], /[A-Za-z0-9]{30,4000}/y),
  upTo('nvidia key', ['nvapi-'], /[A-Za-z0-9_-]{40,4000}/y),
  upTo('replicate token', ['r8_'], /[A-Za-z0-9]{30,4000}/y),
  upTo('cerebras key', ['csk-'], /[A-Za-z0-9]{30,4000}/y),
  upTo('tavily key', ['tvly-'], /[A-Za-z0-9-]{20,4000}/y),
  upTo('langsmith key', ['lsv2_pt_', 'lsv2_sk_'], /[A-Za-z0-9_]{30,4000}/y),
  upTo('linear key', ['lin_api_', 'lin_oauth_'], /[A-Za-z0-9]{30,4000}/y),
  mixed('notion token', ['ntn_', 'secret_'], /[A-Za-z0-9]{40,4000}/y),
  upTo('figma token', ['figd_', 'figo_'], /[A-Za-z0-9_-]{20,4000}/y),
  upTo('grafana token', ['glsa_', 'glc_'], /[A-Za-z0-9_+/=]{30,4000}/y),
  upTo('sentry token', ['sntrys_', 'sntryu_'], /[A-Za-z0-9_+/=-]{30,4000}/y),
  upTo('supabase key', ['sbp_', 'sb_secret_'], /[A-Za-z0-9_-]{20,4000}/y),
  upTo('doppler token', ['dp.pt.', 'dp.st.', 'dp.ct.', 'dp.sa.'], /[A-Za-z0-9_.-]{30,4000}/y),
  upTo('planetscale token', ['pscale_tkn_', 'pscale_pw_'], /[A-Za-z0-9_.-]{30,4000}/y),
  upTo('postman key', ['PMAK-'], /[a-f0-9]{24}-[a-f0-9]{30,4000}/y),
  upTo('newrelic key', ['NRAK-'], /[A-Z0-9]{20,4000}/y),
  upTo('pulumi token', ['pul-'], /[a-f0-9]{40}/y),
  upTo('telegram token', [':AA'], /[A-Za-z0-9_-]{33}/y),
  upTo('age key', ['AGE-SECRET-KEY-1'], /[A-Z0-9]{50,4000}/y),
];
