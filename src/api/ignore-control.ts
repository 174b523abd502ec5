/** What the local API can ask about rules that leave paths out; part of Control. */
export interface IgnoreRuleStatus {
  pattern: string;
  /** 'file': .p2psyncignore, on all devices. 'device': this device's settings. */
  source: 'built-in' | 'file' | 'device';
  /** From 1: the line of the file, or the place in the settings' list. 0: built in. */
  line: number;
}

export interface FolderIgnoreRules {
  /** Label. */
  folder: string;
  /** In the order in which they count: a later one overrides. */
  rules: IgnoreRuleStatus[];
  /** Lines that have no effect, and why; line null: about the whole. */
  problems: { source: 'file' | 'device'; line: number | null; message: string }[];
  /** Hold on every device. */
  builtIn: string[];
}

export interface IgnoreTest {
  /** Label. */
  folder: string;
  /** Inside the folder. */
  path: string;
  isDirectory: boolean;
  leftOut: boolean;
  rule: IgnoreRuleStatus | null;
  /** The directory above that the rule leaves out; null: the rule is about the path itself. */
  directory: string | null;
}

export interface IgnoreControl {
  /** `label` undefined: of all folders. */
  ignores(label: string | undefined): Promise<FolderIgnoreRules[]>;
  /** `here`: on this device alone. Safe to repeat: a rule that is there is not added again. */
  addIgnore(label: string, pattern: string, here: boolean): Promise<FolderIgnoreRules>;
  /** `path` inside the folder; with a '/' at its end a directory, else what stands there tells. */
  testIgnore(label: string, path: string): Promise<IgnoreTest>;
}
