/** Accounts of a business and of its developers: payments, messages, monitoring, builds, secrets, tunnels. */
import type { ServiceFamily } from './family.ts';

export const ACCOUNTS: ServiceFamily = {
  names:
    'stripe twilio sentry-cli datadog-ci newrelic circleci travis buildkite-agent drone woodpecker-cli codecov doppler infisical auth0 okta clerk launchdarkly ldcli algolia contentful sanity cloudflared ngrok localtunnel lt expose bore tailscale zrok zapier slack',
  read: 'whereami, ping, netcheck, events, listen, trigger --help, samples, snyk, monitor, teams, orgs',
  draft: 'tunnel, http, tcp, share, webhooks',
  deploys:
    'triggers deploy, funnel, payments create, payment_links create, payment_intents create|confirm|capture, charges create|capture, invoices pay|send|finalize_invoice, refunds create, payouts create, transfers create, api:*messages:create, api:*calls:create, api:*faxes:create, chat send, messages send, post, trigger',
  secrets: 'apikeys create, authtoken, access grant, access:add',
};
