import { userInfo } from 'node:os';
import { isAbsolute } from 'node:path';

/** The home directory: $HOME, or that of the account where $HOME is unset, empty or relative. */
export const homeDir = ({ HOME = '' }: NodeJS.ProcessEnv = process.env): string =>
  isAbsolute(HOME) ? HOME : userInfo().homedir;
