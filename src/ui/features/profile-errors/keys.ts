import { scrollKeys } from '../../shell/dialogs/scroll-keys.ts';
import { profileErrorScroll } from './body.ts';

/** Keys that scroll the errors of a profile. */
export const profileErrorKeys = scrollKeys({
  id: 'profile',
  ends: ['the first error', 'the last error'],
  position: ({ view }) => (view.cockpit.profileErrors === undefined ? undefined : profileErrorScroll(view)),
  scrollTo: ({ view, model }, from) => {
    const { profileErrors: errors } = view.cockpit;
    if (errors !== undefined) model.setState({ profileScroll: { errors, from } });
  },
});
