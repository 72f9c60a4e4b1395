"""What can go wrong between a desk and the issuer's server.

ReaderError                       (reader.errors)
    ServerError
        ServerInsecureError       its address is neither https nor this machine
        ServerUnreachableError    no line, or no answer in time
        ServerCertificateError    it shows a certificate that nobody here trusts
            ServerNameError       the certificate is another host's
            ServerCertificateExpiredError   its days are over, or have not begun
        ServerCaError             the file with the issuer's own certificates cannot be used
        ServerMalformedError      it answered something that is no answer of the service
        ServerKeyRefusedError     it does not take this desk's key
        ServerBusyError           the desk asks too often
        ServerFaultError          the service failed; *incident* names the fault in its log
        ServerRefusedError        it says no, for a reason of its own: *problem* is its code
            TicketOverError       the ticket has ended, or its time is over
            NotTheTicketsCardError   another card than the one that was shown
"""

from reader.errors import ReaderError


class ServerError(ReaderError):
    """Root of what the server's line can raise."""

    code = "server"
    cause = ("The issuer's server cannot be used.", "无法使用发卡机构服务。")
    remedy = (
        "Look at what this desk finds of the server with: onecard card doctor",
        "请用 onecard card doctor 查看本柜台与服务器的连接情况。",
    )


class ServerInsecureError(ServerError):
    """A key must not go over the wire for all to read."""

    code = "server-insecure"
    cause = (
        "The server's address must begin with https:// (http only on this machine).",
        "服务地址必须以 https:// 开头（仅本机可用 http）。",
    )
    remedy = ("Correct ONECARD_SERVER or --server.", "请更正 ONECARD_SERVER 或 --server。")


class ServerUnreachableError(ServerError):
    """Nothing came back."""

    code = "server-unreachable"
    cause = ("The issuer's server cannot be reached.", "无法连接发卡机构服务。")
    remedy = (
        "Check the network and the address, then do the same again: nothing is done twice.",
        "请检查网络与地址后重试，重复操作不会重复办理。",
    )


class ServerCertificateError(ServerError):
    """Whoever answers there has not shown that it is the server."""

    code = "server-certificate"
    cause = (
        "The server's certificate comes from nobody that this machine trusts.",
        "服务器证书的签发者不受本机信任。",
    )
    remedy = (
        "Ask the issuer for the certificate of its authority and set ONECARD_SERVER_CA; if it was "
        "trusted until now, somebody else may answer: report it, and go on elsewhere.",
        "请向发卡机构索取其根证书并设置 ONECARD_SERVER_CA；"
        "若此前一直可用，可能有人冒充服务器，请停止使用并上报。",
    )


class ServerNameError(ServerCertificateError):
    """A good certificate, of another host."""

    code = "server-name"
    cause = (
        "The certificate shown is for another host than the server's address names.",
        "服务器证书与服务地址中的主机名不符。",
    )
    remedy = (
        "Write the server's name into ONECARD_SERVER or --server as the issuer gave it; if it is "
        "right, somebody else may answer: report it.",
        "请按发卡机构给出的名称填写 ONECARD_SERVER 或 --server；"
        "若名称无误，可能有人冒充服务器，请上报。",
    )


class ServerCertificateExpiredError(ServerCertificateError):
    """Too late or too early, by this machine's clock."""

    code = "server-certificate-expired"
    cause = (
        "The server's certificate is not valid on this day.",
        "服务器证书今日不在有效期内。",
    )
    remedy = (
        "Check date and time of this machine; if they are right, the issuer has to renew the "
        "certificate.",
        "请检查本机日期与时间；若无误，请发卡机构更新证书。",
    )


class ServerCaError(ServerError):
    """ONECARD_SERVER_CA names no certificates."""

    code = "server-ca"
    cause = (
        "The file with the certificates of the server's authority cannot be used.",
        "服务器根证书文件无法使用。",
    )
    remedy = (
        "Set ONECARD_SERVER_CA to the PEM file that the issuer gave out.",
        "请将 ONECARD_SERVER_CA 设为发卡机构提供的 PEM 文件。",
    )


class ServerMalformedError(ServerError):
    """Something else answers at that address."""

    code = "server-malformed"
    cause = (
        "What answers there is not the issuer's service.",
        "该地址返回的不是发卡机构服务的应答。",
    )
    remedy = ("Check ONECARD_SERVER or --server.", "请检查 ONECARD_SERVER 或 --server。")


class ServerKeyRefusedError(ServerError):
    """The desk's key is unknown, revoked, missing, or not a desk's."""

    code = "server-key-refused"
    cause = (
        "The issuer's server does not accept this desk's key.",
        "发卡机构服务不接受本柜台的密钥。",
    )
    remedy = (
        "Ask the issuer for a key (onecard clients add NAME --desk), and set ONECARD_DESK_KEY.",
        "请向发卡机构申请密钥（onecard clients add 名称 --desk）并设置 ONECARD_DESK_KEY。",
    )


class ServerBusyError(ServerError):
    """The desk has asked as often as it may."""

    code = "server-busy"
    cause = ("This desk asks the server too often.", "本柜台请求过于频繁。")
    remedy = ("Wait a minute, then go on.", "请稍候一分钟再继续。")


class ServerFaultError(ServerError):
    """The service itself failed."""

    code = "server-fault"
    cause = ("The issuer's server failed.", "发卡机构服务出错。")
    remedy = ("Try again later, and report the number.", "请稍后重试，并报告该编号。")

    def __init__(self, cause: tuple[str, str] | None = None, *, incident: str = "") -> None:
        self.incident = incident
        self.cause = cause or self.cause
        super().__init__(incident)


class ServerRefusedError(ServerError):
    """The server says no. *problem* is its code, *cause* and *remedy* are its words."""

    code = "server-refused"
    cause = ("The issuer's server refused.", "发卡机构服务拒绝了该操作。")
    remedy = ("Begin the matter again at the console.", "请在业务系统中重新办理。")

    def __init__(
        self,
        cause: tuple[str, str] | None = None,
        *,
        problem: str = "",
        remedy: tuple[str, str] | None = None,
    ) -> None:
        self.problem = problem
        self.cause = cause or self.cause
        vars(self)["remedy"] = remedy or self.remedy  # of this refusal, not of its kind
        super().__init__(problem)


class TicketOverError(ServerRefusedError):
    """The ticket has ended or expired."""

    code = "ticket-over"
    cause = ("This was done already, or its time is over.", "该业务已办结或已超时。")


class NotTheTicketsCardError(ServerRefusedError):
    """Another card lies on the reader."""

    code = "not-the-tickets-card"
    cause = ("This is not the card that was shown first.", "这不是本次办理的那张卡。")
    remedy = (
        "Put that card back, or begin a new visit for this one.",
        "请放回原卡，或为此卡重新开始办理。",
    )


# Of OpenSSL's X509_V_ERR_…: not yet valid, expired; another host, another address.
_DAYS, _NAMES = frozenset({9, 10}), frozenset({62, 64})


def certificate_refused(code: int, reason: str) -> ServerCertificateError:
    """What a certificate that was not accepted is told as, by the number of its fault."""
    if code in _DAYS:
        return ServerCertificateExpiredError(reason)
    return (ServerNameError if code in _NAMES else ServerCertificateError)(reason)
