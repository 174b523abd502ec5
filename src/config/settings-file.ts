/**
 * config.toml on disk, which two write: p2psync, and its owner with an editor. What p2psync changes is based on the text that
 * is there now and replaces it atomically; what the owner changes is noticed, and refused while it is not valid.
 */
import { open, realpath, stat } from 'node:fs/promises';
import { Mutex } from '../base/mutex.ts';
import { Problem, messageOf } from '../base/problem.ts';
import { replaceFile } from './atomic-file.ts';
import { ConfigProblem } from './config-problem.ts';
import { editSettings, sameSettings } from './edit-settings.ts';
import { errnoOf } from './errno.ts';
import { emptyFileText } from './settings-text.ts';
import { defaultDeviceName, parseSettings } from './settings.ts';
import type { Settings } from './settings-types.ts';

/** Between two looks at the file. An edit takes effect when two looks in a row found the same: no half-saved file is read. */
const pollMsDefault = 1000;
/** The owner saved in the moment between reading and replacing: begin again with the new text. */
const replaceTriesMax = 5;
const configBytesMax = 1024 * 1024;

export interface SettingsFileOptions {
  readonly defaultName?: string;
  readonly pollMs?: number;
}

export class SettingsFile {
  readonly #path: string;
  readonly #defaultName: string;
  readonly #pollMs: number;
  readonly #mutex = new Mutex();
  readonly #watchers = new Set<Watcher>();
  /** The text that `#settings` came from; undefined: there was no file. */
  #text: string | undefined;
  #settings: Settings | undefined;
  /** The text that was refused last: it is reported once. */
  #refusedText: string | undefined;

  constructor(path: string, options: SettingsFileOptions = {}) {
    this.#path = path;
    this.#defaultName = options.defaultName ?? defaultDeviceName();
    this.#pollMs = options.pollMs ?? pollMsDefault;
  }

  /** Reads the file; without one, the defaults (nothing is written). Problems: CONFIG_INVALID, CONFIG_UNREADABLE. */
  load(): Promise<Settings> {
    return this.#mutex.run(async () => {
      const text = await this.#read();
      this.#settings = this.#parse(text ?? '');
      this.#text = text;
      return this.#settings;
    });
  }

  /** The settings in force. Throws before the first `load`. */
  get current(): Settings {
    if (this.#settings === undefined) throw new Error('SettingsFile.current before load()');
    return this.#settings;
  }

  /**
   * Applies `edit` to what the file says now and writes it, mode 0600, durable when this resolves with the new settings. One
   * at a time, in order; `edit` may run more than once and must be pure. The caller's own change is not reported to watchers,
   * what the owner changed meanwhile is, first. Problems: CONFIG_INVALID (the owner's unfinished edit is not overwritten),
   * SETTING_INVALID, CONFIG_UNREADABLE, CONFIG_NOT_WRITTEN. After a Problem the former settings are in force.
   */
  update(edit: (settings: Settings) => Settings): Promise<Settings> {
    return this.#mutex.run(async () => {
      for (let tries = 0; tries < replaceTriesMax; tries++) {
        const found = await this.#read();
        // A file that vanished is made again from what is in force, or from nothing.
        const base = found ?? this.#text ?? emptyFileText;
        if (found !== undefined) this.#accept(found, this.#parse(found));
        const text = editSettings(base, edit, this.#path, this.#defaultName);
        if (found === text) return this.current;
        if ((await this.#read()) !== found) continue;
        await this.#replace(text);
        this.#text = text;
        this.#settings = this.#parse(text);
        return this.#settings;
      }
      throw new Problem(
        'CONFIG_NOT_WRITTEN',
        `${this.#path} is being changed by another program all the time; stop that one and try again`,
      );
    });
  }

  /**
   * Reports the owner's edits until `close`: `onChange` with settings that now are `current`, `onRefused` once for each text that
   * is not valid or cannot be read, while `current` stays. One call at a time; neither may throw.
   */
  watch(onChange: (settings: Settings) => void, onRefused: (problem: Problem) => void): { readonly close: () => void } {
    const watcher: Watcher = { onChange, onRefused };
    this.#watchers.add(watcher);
    let timer: NodeJS.Timeout | undefined;
    let lastLook: string | undefined;
    let lastRead: string | undefined;
    let closed = false;
    const look = async (): Promise<void> => {
      const now = await this.#fingerprint();
      if (now === lastLook && now !== lastRead && !closed) {
        await this.#mutex.run(() => this.#reload());
        lastRead = now;
      }
      lastLook = now;
      if (!closed) schedule();
    };
    const schedule = (): void => {
      timer = setTimeout(() => void look(), this.#pollMs);
      timer.unref();
    };
    schedule();
    return {
      close: () => {
        closed = true;
        clearTimeout(timer);
        this.#watchers.delete(watcher);
      },
    };
  }

  async #reload(): Promise<void> {
    let text: string | undefined;
    try {
      text = await this.#read();
      if (text === this.#text || (text !== undefined && text === this.#refusedText)) {
        // The owner took a refused edit back: the next one like it is news again.
        if (text === this.#text) this.#refusedText = undefined;
        return;
      }
      // An absent file is not a wish for defaults: that would drop every folder.
      if (text === undefined) throw new ConfigProblem(this.#path, undefined, 'the file is gone');
      this.#accept(text, this.#parse(text));
      this.#refusedText = undefined;
    } catch (error) {
      const problem =
        error instanceof Problem ? error : new ConfigProblem(this.#path, undefined, messageOf(error), error);
      const refused = text ?? problem.message;
      if (refused === this.#refusedText) return;
      this.#refusedText = refused;
      for (const { onRefused } of this.#watchers) onRefused(problem);
    }
  }

  /** What the owner wrote is in force from now on. */
  #accept(text: string, settings: Settings): void {
    const before = this.#settings;
    this.#text = text;
    this.#settings = settings;
    if (before === undefined || sameSettings(before, settings)) return;
    for (const { onChange } of this.#watchers) onChange(settings);
  }

  #parse(text: string): Settings {
    return parseSettings(text, this.#path, this.#defaultName);
  }

  async #read(): Promise<string | undefined> {
    try {
      const file = await open(this.#path, 'r');
      try {
        const { size } = await file.stat();
        if (size > configBytesMax)
          throw new ConfigProblem(this.#path, undefined, `must not be larger than ${configBytesMax} bytes`);
        const bytes = await file.readFile();
        try {
          return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
        } catch (error) {
          throw new ConfigProblem(this.#path, undefined, 'must be UTF-8 text', error);
        }
      } finally {
        await file.close();
      }
    } catch (error) {
      if (error instanceof Problem) throw error;
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw new Problem(
        'CONFIG_UNREADABLE',
        `${this.#path} cannot be read: ${messageOf(error)}; make it a file that the user who runs p2psync can read`,
        { cause: error },
      );
    }
  }

  async #replace(text: string): Promise<void> {
    try {
      await replaceFile(await this.#realPath(), text);
    } catch (error) {
      throw new Problem(
        'CONFIG_NOT_WRITTEN',
        `the settings cannot be written to ${this.#path}: ${messageOf(error)}; nothing was changed`,
        { cause: error },
      );
    }
  }

  /** Where a link leads: people keep their settings elsewhere and link them here, and the link must stay. */
  async #realPath(): Promise<string> {
    try {
      return await realpath(this.#path);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return this.#path;
      throw error;
    }
  }

  /** Changes whenever the file does. */
  async #fingerprint(): Promise<string> {
    try {
      const { mtimeNs, ctimeNs, size, ino } = await stat(this.#path, { bigint: true });
      return `${mtimeNs} ${ctimeNs} ${size} ${ino}`;
    } catch (error) {
      return errnoOf(error) ?? messageOf(error);
    }
  }
}

interface Watcher {
  readonly onChange: (settings: Settings) => void;
  readonly onRefused: (problem: Problem) => void;
}
