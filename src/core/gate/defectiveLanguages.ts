/** Orders to an agent in other languages that developers write in: not to follow what was said before, and not to tell. */
import { type SignPattern, sign } from './defectiveSigns.ts';

/** Words that one of them needs, and the order. `\b` knows only ASCII letters: it stands before none with an accent. */
const OVERRIDES: readonly (readonly [needs: string, pattern: string])[] = [
  [
    'ignorier|missacht|vergiss|vergessen',
    String.raw`\b(?:ignorier(?:e|en sie|t)?|missachte|vergiss|vergessen sie)\b[^.\n]{0,30}\b(?:vorherigen?|bisherigen?|vorangegangenen?|früheren?|obigen?|deine|ihre)\b[^.\n]{0,20}(?:anweisung|instruktion|vorgabe|befehl|regel)`,
  ],
  [
    'ignore|oublie|pas compte',
    String.raw`\b(?:ignore[rz]?|oublie[rz]?|ne (?:tiens|tenez) pas compte)\b[^.\n]{0,30}\b(?:instructions|consignes|directives|ordres|règles)\b[^.\n]{0,20}(?:précédente?s?|antérieure?s?|ci-dessus|reçues)`,
  ],
  [
    'ignor|olvid|omiso',
    String.raw`\b(?:ignora|ignore|ignorad|olvida|olvide|haz caso omiso de)\b[^.\n]{0,30}(?:instrucciones|órdenes|indicaciones|reglas)\b[^.\n]{0,20}\b(?:anteriores|previas|recibidas)`,
  ],
  [
    'ignor|dimentic',
    String.raw`\b(?:ignora|ignorate|dimentica|dimenticate)\b[^.\n]{0,30}\b(?:istruzioni|indicazioni|ordini|regole|direttive)\b[^.\n]{0,20}\b(?:precedenti|ricevute|iniziali)`,
  ],
  [
    'ignor|esque|desconsider',
    String.raw`\b(?:ignore|ignora|esqueça|esquece|desconsidere)\b[^.\n]{0,30}(?:instruções|ordens|orientações|regras|diretrizes)[^.\n]{0,20}\b(?:anteriores|prévias|recebidas)`,
  ],
  [
    'negeer|vergeet',
    String.raw`\b(?:negeer|vergeet)\b[^.\n]{0,30}\b(?:eerdere|vorige|voorgaande|bovenstaande)\b[^.\n]{0,20}(?:instructies|opdrachten|aanwijzingen|regels)`,
  ],
  [
    'ignoruj|zapomnij',
    String.raw`\b(?:zignoruj|ignoruj|zapomnij o)\b[^.\n]{0,30}(?:poprzedni|wcześniejs|powyżs)[^.\n]{0,20}(?:instrukcj|polece|zasad)`,
  ],
  [
    'игнорируй|забудь|внимания',
    String.raw`(?:игнорируй(?:те)?|забудь(?:те)?|не обращай внимания)[^.\n]{0,30}(?:предыдущ|прежн|прошл|вышеуказанн|ранее)[^.\n]{0,24}(?:инструкц|указани|команд|правил)`,
  ],
  [
    'ігноруй|забудь',
    String.raw`(?:ігноруй(?:те)?|забудь)[^.\n]{0,30}(?:попередн|раніш)[^.\n]{0,24}(?:інструкц|вказівк|команд)`,
  ],
  [
    '忽略|无视|無視|忘记|忘掉|不要遵守|忽視',
    String.raw`(?:忽略|无视|無視|忘记|忘掉|不要遵守|忽視)[^。\n]{0,12}(?:之前|以前|先前|上面|以上|前面|所有|一切)[^。\n]{0,10}(?:指令|指示|提示|说明|規則|规则|命令)`,
  ],
  [
    '無視|忘れ|従わない',
    String.raw`(?:これまで|以前|前|上記|先)の?[^。\n]{0,12}(?:指示|命令|プロンプト|ルール|指令)[^。\n]{0,8}(?:無視|忘れ|従わない)`,
  ],
  ['무시|잊', String.raw`(?:이전|앞선|위의|기존)[^.\n]{0,12}(?:지시|명령|지침|프롬프트)[^.\n]{0,8}(?:무시|잊)`],
  [
    'yok say|görmezden|unut|dikkate alma',
    String.raw`(?:önceki|yukarıdaki)[^.\n]{0,20}(?:talimat|yönerge|komut)[^.\n]{0,20}(?:yok say|görmezden gel|unut|dikkate alma)`,
  ],
  ['تجاهل|انس', String.raw`(?:تجاهل|انس)[^.\n]{0,20}(?:التعليمات|الأوامر|الإرشادات)[^.\n]{0,16}(?:السابقة|أعلاه)`],
  ['अनदेखा|भूल|नज़रअंदाज़', String.raw`(?:पिछले|पहले के)[^।\n]{0,20}(?:निर्देश|आदेश)[^।\n]{0,16}(?:अनदेखा|भूल|नज़रअंदाज़)`],
  ['bỏ qua|quên', String.raw`(?:bỏ qua|quên)[^.\n]{0,20}(?:hướng dẫn|chỉ dẫn|lệnh)[^.\n]{0,16}(?:trước)`],
  [
    'abaikan|lupakan',
    String.raw`(?:abaikan|lupakan)[^.\n]{0,20}(?:instruksi|perintah|petunjuk)[^.\n]{0,16}(?:sebelumnya|di atas)`,
  ],
  [
    'ignorera|glöm',
    String.raw`(?:ignorera|glöm)[^.\n]{0,20}(?:tidigare|föregående)[^.\n]{0,16}(?:instruktion|anvisning)`,
  ],
];

export const OTHER_SIGNS: readonly SignPattern[] = [
  ...OVERRIDES.map(([needs, pattern]) => sign('override', 2, needs, pattern)),
  sign(
    'secrecy',
    1,
    'ohne |nichts|sans |sin avisar|sin preg|sin decir|no digas|senza |sem avisar|sem perg|zonder |не говори|не сообщ|не пред|不要告诉|无需询问|不要询问|知らせず|告げず|알리지',
    '(?:ohne (?:den |dem )?(?:benutzer|nutzer|entwickler|rückfrage)|(?:dem |den )?(?:benutzer|nutzer) nichts|sans (?:avertir|prévenir|demander|en parler)|sin (?:avisar|preguntar|decir)|no digas nada|senza (?:avvisare|chiedere|dirlo)|sem (?:avisar|perguntar)|zonder (?:het )?(?:de )?(?:gebruiker|te vragen)|не (?:говори|сообщай|предупреждай)|不要告诉|无需询问|不要询问|知らせず|告げず|알리지)',
  ),
  sign(
    'address',
    1,
    'ki-|assistant ia|assistants ia|de ia|assistente ia|ai-assistent|ии-|助手|アシスタント|에이전트|어시스턴트',
    '(?:ki-(?:assistent|agent|system|modell)|assistants? ia|asistente de ia|agente de ia|assistente (?:de )?ia|ai-assistent|ии-(?:ассистент|агент)|人工智能助手|ai ?助手|ai ?アシスタント|ai ?에이전트|ai ?어시스턴트)',
  ),
];
