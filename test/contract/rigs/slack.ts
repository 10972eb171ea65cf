import type { Clock } from '../../../src/platform/runtime/clock.ts';
import { serve } from '../../../src/simulator/servers/http/http-server.ts';
import {
  allScopes,
  postMessage,
  type SlackState,
  slackHandler,
} from '../../../src/simulator/servers/slack/api.ts';
import type { SourceRig } from '../../../src/testing/source-rig.ts';

const source = 'slack';
export const channelForTests = 'C0PAYMENTS';

/** The workspace of a test: a channel with one thread. */
export const workspaceForTests = (clock: Clock, scopes: ReadonlySet<string> = allScopes): SlackState => {
  const state: SlackState = {
    clock,
    channel: { id: channelForTests, name: 'payments', isMember: true, isArchived: false },
    scopes,
    messages: [],
  };
  const metadata = { event_type: 'opsdeck_thread', event_payload: { key: 'INC-7' } };
  postMessage(state, { text: 'Payments fail &amp; retry', metadata });
  return state;
};

export const slackRig: SourceRig = {
  type: source,
  start: async (clock) => {
    const server = await serve(slackHandler(workspaceForTests(clock)), clock);
    return { ...server, url: `${server.url}/api` };
  },
  config: (url, token) => ({ url, token, channel: channelForTests, identity: { team: 'T0EXAMPLE' } }),
  signals: [],
  healthy: {
    'slack/channel': {
      items: [
        {
          source,
          title: '#payments',
          text: 'the app is a member · 12 members · Payments · id C0PAYMENTS',
        },
      ],
    },
  },
  unknowns: {},
  operations: {
    post: { text: 'Investigating', thread: 'INC-7' },
    update: { text: 'Identified', thread: 'INC-7' },
    thread: { thread: 'INC-7' },
  },
};
