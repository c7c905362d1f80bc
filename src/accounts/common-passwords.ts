/**
 * The passwords of eight characters or more that lead the published lists of leaked ones. Whoever guesses tries these
 * first; a longer list would mostly catch what the limit on log-ins stops anyway.
 */
const COMMON = new Set(
  `password password1 password12 password123 password! passw0rd p@ssw0rd p@ssword 12345678 123456789 1234567890
  0123456789 123123123 11111111 111111111 00000000 88888888 87654321 987654321 12341234 11223344 12344321 123456789a
  a123456789 1234qwer qwer1234 1q2w3e4r 1q2w3e4r5t 1qaz2wsx zaq12wsx q1w2e3r4 qwertyui qwertyuiop qwerty12 qwerty123
  qwerty1234 azertyuiop asdfghjk asdfghjkl asdf1234 zxcvbnm1 zxcvbnm123 abcd1234 abc12345 abcdefgh abcdefg1 aa123456
  aa12345678 iloveyou iloveyou1 sunshine princess football baseball basketball superman batman123 starwars pokemon1
  trustno1 whatever computer internet michelle jennifer jonathan danielle samantha alexander liverpool chelsea1
  welcome1 welcome123 letmein1 letmein123 admin123 admin1234 administrator changeme changeme1 secret123 master123
  monkey123 dragon123 shadow123 charlie1 summer2024 winter2024 summer2025 winter2025 spring2025 autumn2025 test1234
  testtest default1 login123 hello123 helloworld google123 samsung1 mustang1 corvette maverick midnight elizabeth`.split(
    /\s+/,
  ),
)

export function isCommonPassword(password: string): boolean {
  return COMMON.has(password.toLowerCase())
}
