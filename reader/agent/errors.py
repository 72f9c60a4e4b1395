"""What can go wrong between page and agent.

AgentError (a ReaderError: a clerk meets all of them in one place)
    MessageError              what the page sent is no message of the protocol
        UnknownCallError      there is no such call
        WrongParameterError   a parameter is missing, unknown or not of its form
    AgentInUseError           another page has the agent already
    BusyError                 one call at a time, and one is running
    TooManyMessagesError      the page sends faster than a person could ask
    TookTooLongError          the call was given up at its time limit
    PageLeftError             the page went away before its call was done
    NotShownError             the card has to be shown before anything else is asked of it
    OtherCardError            not the card that was shown, or not the ticket's
    NoIssuerServerError       this needs the issuer's server, and the desk works without one
    TicketNeededError         the server shows a card only under a ticket
    UnknownActionError        the ticket asks for an action that this version does not know
    NotReportedError          the card was worked on, and the server could not be told
    PinEntryError             nobody could be asked for a PIN here
        PinEntryCancelledError  the holder or the clerk closed the window
        PinEntryTimeoutError  nobody typed in time
        PinsDifferError       the new PIN was typed in two ways
    AgentFaultError           a fault of the program
"""

from reader.errors import ReaderError


class AgentError(ReaderError):
    """Root of the agent's own errors."""

    code = "agent"
    cause = ("The agent of this desk could not do it.", "本机柜台代理未能完成操作。")
    remedy = (
        "Start the agent again; if it stays, send the report of: onecard card doctor",
        "请重新启动代理；若仍出现，请将 onecard card doctor 的报告发给技术支持。",
    )


class MessageError(AgentError):
    """Not a message of the protocol. *number* is the request's id where it could be read."""

    code = "bad-message"
    cause = ("The page asked in a form that the agent does not know.", "页面请求的格式无法识别。")
    remedy = (
        "Reload the page; if it stays, page and agent are of different versions: tell support.",
        "请刷新页面；若仍出现，则页面与代理版本不一致，请联系技术支持。",
    )

    def __init__(self, detail: str = "", *, number: int | None = None) -> None:
        self.number = number
        super().__init__(detail)


class UnknownCallError(MessageError):
    """No such call; there is none for raw commands."""

    code = "unknown-call"
    cause = ("The agent has no such call.", "代理不支持该调用。")


class WrongParameterError(MessageError):
    """A parameter is missing, unknown or not of its form."""

    code = "wrong-parameter"
    cause = ("A parameter of the call is missing or wrong.", "调用参数缺失或有误。")


class AgentInUseError(AgentError):
    """One page at a time."""

    code = "agent-in-use"
    cause = ("Another page is using the reader.", "另一页面正在使用读卡器。")
    remedy = (
        "Close the other page or window of the console, then reload this one.",
        "请关闭其他柜台页面或窗口，然后刷新本页。",
    )

    def __init__(self, holder: str) -> None:
        self.cause = (
            f"Another page is using the reader: {holder}.",
            f"另一页面正在使用读卡器：{holder}。",
        )
        super().__init__()


class BusyError(AgentError):
    """One call at a time."""

    code = "busy"
    cause = ("The agent is still at work on the last request.", "上一操作尚未完成。")
    remedy = ("Wait until it is done.", "请等待其完成。")


class TooManyMessagesError(AgentError):
    """Faster than a person asks."""

    code = "too-many-messages"
    cause = ("The page sends too many requests.", "页面请求过于频繁。")
    remedy = (
        "Reload the page; if it stays, tell support.",
        "请刷新页面；若仍出现，请联系技术支持。",
    )


class TookTooLongError(AgentError):
    """The time limit of the call."""

    code = "took-too-long"
    cause = (
        "The card or the server took too long; the request was given up.",
        "卡片或服务器响应超时，操作已放弃。",
    )
    remedy = (
        "Take the card out, put it in again and start again.",
        "请取出卡片，重新放入后再试。",
    )


class PageLeftError(AgentError):
    """The connection ended while a call was running."""

    code = "page-left"
    cause = ("The page was closed before the work was done.", "操作未完成，页面已关闭。")
    remedy = ("Open the console again and begin anew.", "请重新打开柜台页面并重新办理。")


class NotShownError(AgentError):
    """`card.present` comes first."""

    code = "not-shown"
    cause = ("No card has been shown yet.", "尚未读取卡片。")
    remedy = ("Read the card first.", "请先读卡。")


class OtherCardError(AgentError):
    """Another card than the one this visit is about."""

    code = "not-this-card"
    cause = (
        "This is not the card that the work was begun with.",
        "当前卡片不是开始办理时的那张卡。",
    )
    remedy = (
        "Put the first card back, or begin anew with this one.",
        "请放回原来的卡片，或以当前卡片重新开始。",
    )


class NoIssuerServerError(AgentError):
    """The desk was started without a server."""

    code = "no-server"
    cause = (
        "This desk works without the issuer's server; it can read and verify only.",
        "本柜台未连接发卡机构服务器，只能读卡与验卡。",
    )
    remedy = (
        "Start the agent with --server, or go to a desk that has the line.",
        "请用 --server 启动代理，或到已联网的柜台办理。",
    )


class TicketNeededError(AgentError):
    """The page has to name its visit."""

    code = "ticket-needed"
    cause = ("No visit was opened for this card.", "尚未为该卡开启办理。")
    remedy = ("Begin at the console's first page.", "请从柜台首页重新开始。")


class UnknownActionError(AgentError):
    """Server and agent are of different versions."""

    code = "unknown-action"
    cause = ("The agent cannot carry out this action.", "代理不支持该业务操作。")
    remedy = ("Install the newest agent at this desk.", "请在本柜台安装最新版代理。")


class NotReportedError(AgentError):
    """What was done on the card has not reached the book; the agent keeps it until it can."""

    code = "not-reported"
    cause = (
        "The card was worked on, but the server does not know it yet.",
        "卡片操作已执行，但尚未报告服务器。",
    )
    remedy = (
        "Do not start over: press the same button again when the line is back.",
        "请勿重新办理；网络恢复后再次点击同一按钮即可补报。",
    )


class PinEntryError(AgentError):
    """No PIN pad, no display and no terminal."""

    code = "no-pin-entry"
    cause = ("There is nowhere to enter a PIN at this desk.", "本柜台无法输入密码。")
    remedy = (
        "Attach a PIN pad or start the agent in the clerk's own desktop session.",
        "请连接密码键盘，或在柜员桌面会话中启动代理。",
    )


class PinEntryCancelledError(PinEntryError):
    """The window was closed."""

    code = "pin-cancelled"
    cause = ("The entry of the PIN was cancelled.", "密码输入已取消。")
    remedy = ("Start again when the holder is ready.", "请待持卡人准备好后重试。")


class PinEntryTimeoutError(PinEntryError):
    """Nobody typed."""

    code = "pin-timeout"
    cause = ("No PIN was entered in time.", "未在规定时间内输入密码。")
    remedy = PinEntryCancelledError.remedy


class PinsDifferError(PinEntryError):
    """The second time it was another one."""

    code = "pins-differ"
    cause = ("The new PIN was not entered the same way twice.", "两次输入的新密码不一致。")
    remedy = ("Enter the new PIN again, twice the same.", "请重新输入，两次须一致。")


class AgentFaultError(AgentError):
    """Anything that nobody thought of; its details stand in the agent's log."""

    code = "agent-fault"
    cause = ("The agent met a fault of its own.", "代理程序内部出错。")
    remedy = (
        "Take the card out and start again; if it stays, send the agent's log to support.",
        "请取出卡片后重试；若仍出现，请将代理日志交技术支持。",
    )
