/** A cockpit that can be followed. */
export interface LiveScreen {
  /** Identifies it within the channel. */
  readonly id: string;
  /** Its machine; absent: this one. */
  readonly host?: string;
  /** Its id in the state that it shares with others; absent: it shares none. */
  readonly team?: string;
  readonly user: string;
  /** 'shop/production'; '' while none is open. */
  readonly env: string;
  /** Wall clock of its start, ISO 8601. */
  readonly since: string;
  readonly shared: boolean;
  readonly followers: readonly string[];
}

/** A follower's request, on the first line. */
export type FollowRequest = { readonly is: 'list' } | { readonly is: 'follow'; readonly user: string };

/** Takes lines for a follower. */
interface FollowerConnection {
  /** Takes a line with its newline. */
  write(line: string): void;
  /** False: it is behind. */
  isReady(): boolean;
  onClose(listener: () => void): void;
  end(): void;
}

/** Answers the requests of followers. */
export interface ScreenPublisher {
  describe(): Omit<LiveScreen, 'id'>;
  /** Sends the lines of a recording to the follower from now on, until it closes. */
  follow(user: string, connection: FollowerConnection): void;
}

/** Lines of a recording that goes on. */
export interface FollowedScreen {
  onLine(listener: (line: string) => void): void;
  /** Called once when no more comes. */
  onClose(listener: () => void): void;
  /** Calls the listener before the first line of a new recording. Absent: there is only one. */
  onRestart?(listener: () => void): void;
  /** Calls the listener with the reason while the screen may be out of date, and with undefined afterward. */
  onTrouble?(listener: (why: string | undefined) => void): void;
  close(): void | Promise<void>;
}

/** Carries screens between cockpits: of one machine over sockets, of several through their state database. */
export interface ScreenChannel {
  /** Makes a screen available. Rejects with the reason when it cannot. */
  publish(host: ScreenPublisher): Promise<{ close(): Promise<void> }>;
  /** The live screens of others, and removes what dead processes have left. */
  list(): Promise<readonly LiveScreen[]>;
  /** Follows a screen as a user. Rejects when it no longer lives. */
  follow(id: string, user: string): Promise<FollowedScreen>;
}
