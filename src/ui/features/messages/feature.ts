import { defineFeature } from '../../shell/contract/features.ts';
import { messageCommandItems, messagesKeys, renderMessages } from './card.ts';

/** The messages in full. */
export const messagesFeature = defineFeature({
  name: 'messages',
  dialogs: {
    messages: {
      title: () => 'MESSAGES',
      keys: () => messagesKeys,
      render: (context, overlay) => renderMessages(context, overlay),
      samples: [{ is: 'messages', from: 0 }],
    },
  },
  commands: messageCommandItems,
});
