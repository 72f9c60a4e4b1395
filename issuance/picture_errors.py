"""What can go wrong with pictures, beside a code or face that cannot be drawn.

PictureError                      (issuance.book_errors)
    MissingCharacterError         no font of this machine has a character to be printed
    PhotoError                    a photo that is none, or does not go where it should
"""

from collections.abc import Sequence

from issuance.book_errors import PictureError


class MissingCharacterError(PictureError):
    """No font here has these `characters`: a card is not printed with a box in a name."""

    code = "missing-character"
    cause = ("No font on this machine has a character of the name.", "本机字体缺少姓名中的字。")
    remedy = (
        "Install a font that has them (Debian: fonts-babelstone-han, fonts-hanazono).",
        "请安装含有该字的字体（Debian：fonts-babelstone-han、fonts-hanazono）。",
    )

    def __init__(self, characters: Sequence[str], text: str) -> None:
        self.characters, self.text = tuple(characters), text
        named = [f"{character} U+{ord(character):04X}" for character in characters]
        super().__init__(
            f"No font on this machine has {', '.join(named)} of “{text}”.",
            f"本机字体均无“{text}”中的 {'、'.join(named)}。",
        )


class PhotoError(PictureError):
    """A photo that is none, or does not go where it should."""

    code = "photo"
    cause = ("The photo is none, or does not go where it should.", "相片无效或无法使用。")
    remedy = (
        "Look at it with: onecard bureau photo FILE",
        "请检查相片：onecard bureau photo 文件",
    )
